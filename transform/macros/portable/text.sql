{#
  Key of a row: md5 over its parts, in order. A missing part counts as empty. Parts are expressions of text,
  integer or date; give a timestamp as `epoch_micros(…)`, since engines print timestamps differently.
#}
{% macro hash_key(parts) -%}
md5({% for part in parts %}coalesce(cast({{ part }} as string), ''){% if not loop.last %} || '|' || {% endif %}{% endfor %})
{%- endmacro %}

{# True when the pattern is found anywhere in the text. Patterns: common subset of RE2 and Java, no backslash. #}
{% macro regexp_found(text, pattern) -%}{{ return(adapter.dispatch('regexp_found')(text, pattern)) }}{%- endmacro %}
{% macro default__regexp_found(text, pattern) -%}
regexp_like({{ text }}, '{{ pattern }}')
{%- endmacro %}
{% macro duckdb__regexp_found(text, pattern) -%}
regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}
{% macro snowflake__regexp_found(text, pattern) -%}
(regexp_instr({{ text }}, '{{ pattern }}') > 0)
{%- endmacro %}

{# Group `group` of the first match, or null when nothing (or the empty text) matches. #}
{% macro regexp_group(text, pattern, group=1) -%}{{ return(adapter.dispatch('regexp_group')(text, pattern, group)) }}{%- endmacro %}
{% macro default__regexp_group(text, pattern, group) -%}
nullif(regexp_extract({{ text }}, '{{ pattern }}', {{ group }}), '')
{%- endmacro %}
{% macro snowflake__regexp_group(text, pattern, group) -%}
nullif(regexp_substr({{ text }}, '{{ pattern }}', 1, 1, 'e', {{ group }}), '')
{%- endmacro %}

{# Every match replaced. #}
{% macro regexp_replace_all(text, pattern, replacement) -%}{{ return(adapter.dispatch('regexp_replace_all')(text, pattern, replacement)) }}{%- endmacro %}
{% macro default__regexp_replace_all(text, pattern, replacement) -%}
regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}')
{%- endmacro %}
{% macro duckdb__regexp_replace_all(text, pattern, replacement) -%}
regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{# One field of a JSON object as text, null when it is absent; `field` is a plain name. #}
{% macro json_field(json, field) -%}{{ return(adapter.dispatch('json_field')(json, field)) }}{%- endmacro %}
{% macro default__json_field(json, field) -%}
get_json_object({{ json }}, '$.{{ field }}')
{%- endmacro %}
{% macro duckdb__json_field(json, field) -%}
json_extract_string({{ json }}, '$.{{ field }}')
{%- endmacro %}
{% macro snowflake__json_field(json, field) -%}
get_path(parse_json({{ json }}), '{{ field }}')::string
{%- endmacro %}
