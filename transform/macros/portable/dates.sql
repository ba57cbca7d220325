{# Whole days from the date `earlier` to the date `later`; negative when they are swapped. #}
{% macro days_between(earlier, later) -%}{{ return(adapter.dispatch('days_between')(earlier, later)) }}{%- endmacro %}
{% macro default__days_between(earlier, later) -%}
datediff(day, {{ earlier }}, {{ later }})
{%- endmacro %}
{% macro duckdb__days_between(earlier, later) -%}
datediff('day', {{ earlier }}, {{ later }})
{%- endmacro %}

{# The date `days` after `date` (an integer expression, may be negative), as a date. #}
{% macro add_days(date, days) -%}{{ return(adapter.dispatch('add_days')(date, days)) }}{%- endmacro %}
{% macro default__add_days(date, days) -%}
date_add({{ date }}, cast({{ days }} as int))
{%- endmacro %}
{% macro duckdb__add_days(date, days) -%}
(({{ date }}) + cast({{ days }} as integer))
{%- endmacro %}
{% macro snowflake__add_days(date, days) -%}
dateadd(day, {{ days }}, {{ date }})
{%- endmacro %}

{# First day of the month of a date, as a date. #}
{% macro month_start(date) -%}
cast(date_trunc('month', {{ date }}) as date)
{%- endmacro %}

{# Whole calendar months from the month of `earlier` to the month of `later`. #}
{% macro months_between_dates(earlier, later) -%}
((extract(year from {{ later }}) - extract(year from {{ earlier }})) * 12
  + extract(month from {{ later }}) - extract(month from {{ earlier }}))
{%- endmacro %}

{# Day of the week, 1 = Monday … 7 = Sunday. #}
{% macro day_of_week(date) -%}{{ return(adapter.dispatch('day_of_week')(date)) }}{%- endmacro %}
{% macro default__day_of_week(date) -%}
(weekday({{ date }}) + 1)
{%- endmacro %}
{% macro duckdb__day_of_week(date) -%}
isodow({{ date }})
{%- endmacro %}
{% macro snowflake__day_of_week(date) -%}
dayofweekiso({{ date }})
{%- endmacro %}

{# Every date from `first` to `last`, both included: a query of one column `date_day`. #}
{% macro date_spine(first, last) -%}{{ return(adapter.dispatch('date_spine')(first, last)) }}{%- endmacro %}
{% macro default__date_spine(first, last) -%}
select explode(sequence({{ first }}, {{ last }}, interval 1 day)) as date_day
{%- endmacro %}
{% macro duckdb__date_spine(first, last) -%}
select cast(unnest(generate_series({{ first }}, {{ last }}, interval 1 day)) as date) as date_day
{%- endmacro %}
{% macro snowflake__date_spine(first, last) -%}
select dateadd(day, row_number() over (order by seq4()) - 1, {{ first }}) as date_day
from table(generator(rowcount => 36500))
qualify date_day <= {{ last }}
{%- endmacro %}
