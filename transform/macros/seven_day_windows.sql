{#-
  CTEs that end in `<name>`: one row per seven days (168 hours) of a visitor that began with a product seen, with the
  visit they began in and how far the visitor came. For a `with recursive`.
  `sessions` is a relation like int_sessions_built, `visitors` a CTE of the visitors wanted.
-#}
{% macro seven_day_windows(name, sessions, visitors) -%}
{%- set window_days = 7 -%}
{{ name }}_sessions as (
  select visitor_key, session_date, started_at, channel, device_type, product_views, carts, checkouts, has_purchase
  from {{ sessions }}
  where visitor_key in (select visitor_key from {{ visitors }})
),

{{ name }}_viewings as (
  select
    visitor_key,
    session_date,
    started_at,
    channel,
    device_type,
    min(started_at) over (
      partition by visitor_key order by started_at
      range between interval {{ window_days }} day following and unbounded following
    ) as next_start_at
  from {{ name }}_sessions
  where product_views > 0
),

{{ name }}_first_viewings as (
  select visitor_key, min(started_at) as started_at
  from {{ name }}_viewings
  group by visitor_key
),

{{ name }}_followed_viewings as (
  select visitor_key, started_at, next_start_at
  from {{ name }}_viewings
  where next_start_at is not null
),

-- A visitor starts anew with the first product seen once the seven days are over.
{{ name }}_starts (visitor_key, started_at) as (
  select visitor_key, started_at
  from {{ name }}_first_viewings
  union all
  select followed.visitor_key, followed.next_start_at
  from {{ name }}_starts as starts
  inner join {{ name }}_followed_viewings as followed
    on starts.visitor_key = followed.visitor_key and starts.started_at = followed.started_at
),

{{ name }}_reached as (
  select
    starts.visitor_key,
    starts.started_at,
    sum(sessions.carts) > 0 as has_cart,
    sum(sessions.carts) > 0 and sum(sessions.checkouts) > 0 as has_checkout,
    sum(sessions.carts) > 0 and sum(sessions.checkouts) > 0 and {{ any_true('sessions.has_purchase') }} as has_order
  from {{ name }}_starts as starts
  inner join {{ name }}_sessions as sessions
    on starts.visitor_key = sessions.visitor_key
    and sessions.started_at >= starts.started_at
    and sessions.started_at < {{ add_24h_days('starts.started_at', window_days) }}
  group by starts.visitor_key, starts.started_at
),

{{ name }} as (
  select
    viewings.visitor_key,
    viewings.started_at,
    viewings.session_date,
    viewings.channel,
    viewings.device_type,
    reached.has_cart,
    reached.has_checkout,
    reached.has_order
  from {{ name }}_reached as reached
  inner join {{ name }}_viewings as viewings
    on reached.visitor_key = viewings.visitor_key and reached.started_at = viewings.started_at
)
{%- endmacro %}

{#- Whether the seven days of everyone who began on a date are over. -#}
{% macro is_seven_day_window_over(date, newest_session_date) -%}
{{ add_days(date, 8) }} <= {{ newest_session_date }}
{%- endmacro %}
