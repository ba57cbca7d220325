{#- Arithmetic on money without floats: amounts become whole numbers of 128 bits, and come back as decimals. -#}

{% macro whole_number_type() -%}{{ return(adapter.dispatch('whole_number_type')()) }}{%- endmacro %}
{% macro default__whole_number_type() -%}decimal(38, 0){%- endmacro %}
{% macro duckdb__whole_number_type() -%}hugeint{%- endmacro %}

{# Whole part of dividend / divisor, for whole numbers ≥ 0. #}
{% macro whole_quotient(dividend, divisor) -%}{{ return(adapter.dispatch('whole_quotient')(dividend, divisor)) }}{%- endmacro %}
{% macro default__whole_quotient(dividend, divisor) -%}
((({{ dividend }}) - mod({{ dividend }}, {{ divisor }})) / ({{ divisor }}))
{%- endmacro %}
{% macro duckdb__whole_quotient(dividend, divisor) -%}
(({{ dividend }}) // ({{ divisor }}))
{%- endmacro %}

{# A decimal as a whole number of its last place: 12.34 with 2 digits is 1234. #}
{% macro whole(expression, digits) -%}
cast(round(cast({{ expression }} as decimal(28, {{ digits }})) * {{ 10 ** digits }}, 0) as {{ whole_number_type() }})
{%- endmacro %}

{# A whole number of hundredths (or of another last place) as a decimal. #}
{% macro from_whole(expression, digits=2) -%}
cast(cast({{ expression }} as decimal(28, 0)) * cast({{ '%.*f' | format(digits, 0.1 ** digits) }} as decimal({{ digits + 1 }}, {{ digits }})) as decimal(18, {{ digits }}))
{%- endmacro %}

{#
  numerator / denominator rounded half away from zero to `digits` places; empty when the denominator is zero.
  Both have at most eight decimals, and the numerator stays below 1e12.
#}
{% macro divide_exact(numerator, denominator, digits=2) -%}
{%- set n = 'abs(' ~ whole(numerator, 8) ~ ')' -%}
{%- set d = 'nullif(abs(' ~ whole(denominator, 8) ~ '), 0)' -%}
(sign({{ numerator }}) * sign({{ denominator }}) * {{ from_whole(
  whole_quotient('2 * ' ~ 10 ** digits ~ ' * ' ~ n ~ ' + ' ~ d, '2 * ' ~ d), digits
) }})
{%- endmacro %}

{# amount × part / whole, to the cent. #}
{% macro amount_share(amount, part, whole) -%}
cast({{ divide_exact('(' ~ amount ~ ') * (' ~ part ~ ')', whole) }} as decimal(18, 2))
{%- endmacro %}

{#
  Spreads amounts of a group over its rows by weight, largest remainder to the cent: each row gets the cents
  below its exact share, and the cents left over go one each to the rows that lost most, ties by `tie_break`.
  The parts add up to the amount exactly, negative amounts too; where all weights are zero, evenly.

  The body of a CTE. `relation` has one row per part with `group_by` (a list), `weight` (decimal(18,2) ≥ 0) and,
  equal on all rows of a group, the amounts: {amount: name of its part}. Its columns are kept.
  `digits` is 2 for cents, 6 for a count credit.
#}
{% macro allocate(relation, group_by, weight, amounts, tie_break, digits=2) %}
{%- set groups = group_by | join(', ') %}
select
  floored.*
  {%- for amount, part in amounts.items() %},
  case when {{ amount }} < 0 then -1 else 1 end * {{ from_whole(
    'floor_' ~ loop.index ~ ' + case when row_number() over (partition by ' ~ groups ~ ' order by rest_' ~ loop.index
    ~ ' desc, ' ~ tie_break ~ ') <= total_' ~ loop.index ~ ' - sum(floor_' ~ loop.index ~ ') over (partition by '
    ~ groups ~ ') then 1 else 0 end', digits
  ) }} as {{ part }}
  {%- endfor %}
from (
  select
    weighed.*
    {%- for amount in amounts %}, total_{{ loop.index }} * part_weight - {{ whole_quotient('total_' ~ loop.index ~ ' * part_weight', 'group_weight') }} * group_weight as rest_{{ loop.index }},
    {{ whole_quotient('total_' ~ loop.index ~ ' * part_weight', 'group_weight') }} as floor_{{ loop.index }}
    {%- endfor %}
  from (
    select
      parts.*,
      {%- for amount in amounts %}
      abs({{ whole(amount, digits) }}) as total_{{ loop.index }},
      {%- endfor %}
      case when sum({{ weight }}) over (partition by {{ groups }}) = 0 then 1 else {{ whole(weight, 2) }} end as part_weight,
      case
        when sum({{ weight }}) over (partition by {{ groups }}) = 0 then count(*) over (partition by {{ groups }})
        else sum({{ whole(weight, 2) }}) over (partition by {{ groups }})
      end as group_weight
    from {{ relation }} as parts
  ) as weighed
) as floored
{%- endmacro %}

{# The part of an amount ≥ 0 that falls on `date` when it is spread evenly over the days from `first` to `last`. #}
{% macro day_part(amount, first, last, date) -%}
{%- set days = '(' ~ days_between(first, last) ~ ' + 1)' -%}
{%- set day = '(' ~ days_between(first, date) ~ ' + 1)' -%}
{{ from_whole(
  whole_quotient(whole(amount, 2), days) ~ ' + case when ' ~ day ~ ' <= mod(' ~ whole(amount, 2) ~ ', ' ~ days ~ ') then 1 else 0 end'
) }}
{%- endmacro %}
