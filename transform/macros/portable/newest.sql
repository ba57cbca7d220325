{#
  Clause that keeps one row per key: the newest version, and among equal versions the last to arrive; a row
  without a version is older than any with one. A row that says its key is deleted removes it. Snapshots have
  no version: the last to arrive wins.
#}
{% macro newest_per(key, version=none, deleted=none) -%}
qualify row_number() over (
    partition by {{ key }}
    order by {% if version %}{{ version }} desc nulls last, {% endif %}_arrived_at desc, _delivery_id desc, _record_number desc
  ) = 1
{%- if deleted %} and not coalesce({{ deleted }}, false){% endif %}
{%- endmacro %}

{# The same for events, which are never restated: the first to arrive wins. #}
{% macro earliest_per(key) -%}
qualify row_number() over (partition by {{ key }} order by _arrived_at, _delivery_id, _record_number) = 1
{%- endmacro %}
