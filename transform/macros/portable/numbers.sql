{# a / b, empty when b is zero or missing; a double, for ratios shown and never summed. #}
{% macro safe_divide(numerator, denominator) -%}
(cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0))
{%- endmacro %}

{# An amount of money: decimal(18,2), rounded half away from zero. #}
{% macro money(expression) -%}
cast(round({{ expression }}, 2) as decimal(18, 2))
{%- endmacro %}

{# A sum of money kept decimal(18,2); empty groups give 0.00. #}
{% macro sum_money(expression) -%}
cast(coalesce(sum({{ expression }}), 0) as decimal(18, 2))
{%- endmacro %}

{# An amount of money in whole cents, as a double that is exact below 9e15. #}
{% macro cents(amount) -%}
cast(round(({{ amount }}) * 100, 0) as double)
{%- endmacro %}
