{#- Layers keep their bare names on every engine, so that ref() resolves unchanged. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ custom_schema_name or target.schema }}
{%- endmacro %}
