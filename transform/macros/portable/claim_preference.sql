{#
  Place of a value in a configured list, 1 first; one more than its length when it is not in it. Platforms restate
  one sale under several action types and windows, and only the first that a campaign has may be counted.
#}
{% macro preference_rank(expression, preferred) -%}
case {{ expression }}
  {%- for value in preferred %} when '{{ value }}' then {{ loop.index }}{% endfor %} else {{ preferred | length + 1 }}
end
{%- endmacro %}
