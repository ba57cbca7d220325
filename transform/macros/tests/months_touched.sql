{#-
  Lets a test say `where: "event_month in months_touched(events)"`: only the months whose files this run wrote. Those
  of other months are the very files that the published run tested; a full run writes, and so tests, all of them.
  Only for tests of single rows, and of uniqueness where the key tells the month.
-#}
{% macro get_where_subquery(relation) -%}
  {%- set where = config.get('where') -%}
  {%- if not where %}{{ return(relation) }}{% endif -%}
  {%- set months = "(select cast(date_trunc('month', touched_date) as date) from lake.touched_dates where reach = '\\1')" -%}
  {{ return('(select * from ' ~ relation ~ ' where ' ~ modules.re.sub('months_touched\\((\\w+)\\)', months, where) ~ ')') }}
{%- endmacro %}
