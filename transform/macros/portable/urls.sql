{# Host of an address as written, lower case: may hold a port, a user or `www.`; null when there is no scheme. #}
{% macro url_raw_host(url) -%}
nullif(lower(split_part(split_part(split_part(split_part({{ url }}, '://', 2), '/', 1), '?', 1), '#', 1)), '')
{%- endmacro %}

{# A raw host without user, port and leading `www.`, as hosts are compared. #}
{% macro clean_host(raw_host) -%}
{{ regexp_group(raw_host, '^(?:[^@]*@)?(?:www[.])?([^:]*)') }}
{%- endmacro %}

{# Path of an address or of a relative one, without query and fragment; `/` when it is empty. #}
{% macro url_path(url) -%}
coalesce({{ regexp_group(url, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?(/[^?#]*)') }}, '/')
{%- endmacro %}
