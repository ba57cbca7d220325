{#- The models that are rules; each credits every kept order. -#}
{% macro attribution_models() -%}
{{ return(['first', 'last', 'last_non_direct', 'linear', 'position', 'time_decay']) }}
{%- endmacro %}
