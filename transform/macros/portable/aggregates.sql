{# True when the flag holds for some row of the group. #}
{% macro any_true(flag) -%}{{ return(adapter.dispatch('any_true')(flag)) }}{%- endmacro %}
{% macro default__any_true(flag) -%}
bool_or({{ flag }})
{%- endmacro %}
{% macro snowflake__any_true(flag) -%}
boolor_agg({{ flag }})
{%- endmacro %}

{# Rows of the group for which the condition holds. #}
{% macro count_where(condition) -%}
count(case when {{ condition }} then 1 end)
{%- endmacro %}

{# Texts of the group joined by `separator` in the order of `order_by`. #}
{% macro join_text(expression, separator, order_by) -%}{{ return(adapter.dispatch('join_text')(expression, separator, order_by)) }}{%- endmacro %}
{% macro default__join_text(expression, separator, order_by) -%}
listagg({{ expression }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}
{% macro duckdb__join_text(expression, separator, order_by) -%}
string_agg({{ expression }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{# Last non-null value at or before the current row: a window function, to be followed by nothing. #}
{% macro last_known(expression, partition_by, order_by) -%}{{ return(adapter.dispatch('last_known')(expression, partition_by, order_by)) }}{%- endmacro %}
{% macro default__last_known(expression, partition_by, order_by) -%}
last_value({{ expression }}) ignore nulls over (
  partition by {{ partition_by }} order by {{ order_by }} rows between unbounded preceding and current row
)
{%- endmacro %}
{% macro duckdb__last_known(expression, partition_by, order_by) -%}
last_value({{ expression }} ignore nulls) over (
  partition by {{ partition_by }} order by {{ order_by }} rows between unbounded preceding and current row
)
{%- endmacro %}
