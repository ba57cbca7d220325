{#- The business dates this run rebuilds, for a model whose rows a changed date reaches that far. -#}
{% macro touched(reach) -%}
  (select touched_date from lake.touched_dates where reach = '{{ reach }}')
{%- endmacro %}
