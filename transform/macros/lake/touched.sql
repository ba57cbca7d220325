{#-
  The business dates this run rebuilds, for a model whose rows a changed date reaches that far. Reaches that follow
  from what was built are models of their own, which then come first.
-#}
{% macro touched(reach) -%}
  {%- set models = {
    'sessions': 'int_session_dates_touched',
    'touches': 'int_touch_dates_touched',
    'credits': 'int_credit_dates_touched',
    'performance': 'int_performance_dates_touched',
    'funnel': 'int_funnel_dates_touched',
    'reconciliation': 'int_reconciliation_dates_touched',
  } -%}
  {%- if reach in models and model.resource_type != 'unit_test' -%}
    {%- do ref(models[reach]) -%}
  {%- endif -%}
  {{ touched_so_far(reach) }}
{%- endmacro %}

{% macro touched_so_far(reach) -%}
  (select touched_date from lake.touched_dates where reach = '{{ reach }}')
{%- endmacro %}

{#- A model's or a bronze table's rows as last published; there are none to speak of in a full run. -#}
{% macro published(name) -%}
  published.{{ name }}
{%- endmacro %}

{#- Rows, by the given columns, that are new or gone since the publication. -#}
{% macro changed_rows(relation, name, columns) -%}
  (
    (select {{ columns | join(', ') }} from {{ relation }} except select {{ columns | join(', ') }} from {{ published(name) }})
    union all
    (select {{ columns | join(', ') }} from {{ published(name) }} except select {{ columns | join(', ') }} from {{ relation }})
  )
{%- endmacro %}

{#- Whole numbers from `first` to `last` as a relation of one column `days`. -#}
{% macro day_offsets(first, last) -%}
  (select {{ first }} as days{% for days in range(first + 1, last + 1) %} union all select {{ days }}{% endfor %})
{%- endmacro %}
