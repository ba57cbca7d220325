{# Microseconds since 1970 of a UTC timestamp, as a 64-bit integer. #}
{% macro epoch_micros(timestamp) -%}{{ return(adapter.dispatch('epoch_micros')(timestamp)) }}{%- endmacro %}
{% macro default__epoch_micros(timestamp) -%}
unix_micros(cast({{ timestamp }} as timestamp))
{%- endmacro %}
{% macro duckdb__epoch_micros(timestamp) -%}
epoch_us({{ timestamp }})
{%- endmacro %}
{% macro snowflake__epoch_micros(timestamp) -%}
date_part(epoch_microsecond, {{ timestamp }})
{%- endmacro %}

{# Seconds from the UTC timestamp `earlier` to `later`, as a double with microseconds. #}
{% macro seconds_between(earlier, later) -%}
(cast({{ epoch_micros(later) }} - {{ epoch_micros(earlier) }} as double) / 1000000)
{%- endmacro %}

{# The UTC timestamp `seconds` (a whole number, may be negative) after `timestamp`. #}
{% macro add_seconds(timestamp, seconds) -%}{{ return(adapter.dispatch('add_seconds')(timestamp, seconds)) }}{%- endmacro %}
{% macro default__add_seconds(timestamp, seconds) -%}
timestampadd(second, {{ seconds }}, {{ timestamp }})
{%- endmacro %}
{% macro duckdb__add_seconds(timestamp, seconds) -%}
({{ timestamp }} + to_seconds({{ seconds }}))
{%- endmacro %}

{# The UTC timestamp `days` times 24 hours after `timestamp`; calendar days are `add_days` on a date. #}
{% macro add_24h_days(timestamp, days) -%}
{{ add_seconds(timestamp, '(' ~ days ~ ') * 86400') }}
{%- endmacro %}

{# A UTC timestamp as wall-clock time in the shop's zone. #}
{% macro business_time(timestamp) -%}{{ return(adapter.dispatch('business_time')(timestamp)) }}{%- endmacro %}
{% macro default__business_time(timestamp) -%}
cast(from_utc_timestamp({{ timestamp }}, '{{ var("shop_time_zone") }}') as timestamp_ntz)
{%- endmacro %}
{% macro duckdb__business_time(timestamp) -%}
(({{ timestamp }} at time zone 'UTC') at time zone '{{ var("shop_time_zone") }}')
{%- endmacro %}
{% macro snowflake__business_time(timestamp) -%}
convert_timezone('UTC', '{{ var("shop_time_zone") }}', {{ timestamp }})
{%- endmacro %}

{# The business date of a UTC timestamp: the calendar date in the shop's zone. #}
{% macro business_date(timestamp) -%}
cast({{ business_time(timestamp) }} as date)
{%- endmacro %}

{# The UTC instant at which a business date begins; the next date's start ends it, 23 to 25 hours later. #}
{% macro business_day_start(date) -%}{{ return(adapter.dispatch('business_day_start')(date)) }}{%- endmacro %}
{% macro default__business_day_start(date) -%}
cast(to_utc_timestamp(cast({{ date }} as timestamp), '{{ var("shop_time_zone") }}') as timestamp_ntz)
{%- endmacro %}
{% macro duckdb__business_day_start(date) -%}
((cast({{ date }} as timestamp) at time zone '{{ var("shop_time_zone") }}') at time zone 'UTC')
{%- endmacro %}
{% macro snowflake__business_day_start(date) -%}
convert_timezone('{{ var("shop_time_zone") }}', 'UTC', cast({{ date }} as timestamp_ntz))
{%- endmacro %}
