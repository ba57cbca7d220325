{%- set window_days = 7 -%}
with recursive

sessions as (
  select visitor_key, session_date, started_at, channel, device_type, product_views, carts, checkouts, has_purchase
  from {{ ref('int_sessions_built') }}
),

viewings as (
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
  from sessions
  where product_views > 0
),

first_viewings as (
  select visitor_key, min(started_at) as started_at
  from viewings
  group by visitor_key
),

followed_viewings as (
  select visitor_key, started_at, next_start_at
  from viewings
  where next_start_at is not null
),

-- A visitor starts anew with the first product seen once the seven days are over.
starts (visitor_key, started_at) as (
  select visitor_key, started_at
  from first_viewings
  union all
  select followed_viewings.visitor_key, followed_viewings.next_start_at
  from starts
  inner join followed_viewings
    on starts.visitor_key = followed_viewings.visitor_key and starts.started_at = followed_viewings.started_at
),

reached as (
  select
    starts.visitor_key,
    starts.started_at,
    sum(sessions.carts) > 0 as has_cart,
    sum(sessions.carts) > 0 and sum(sessions.checkouts) > 0 as has_checkout,
    sum(sessions.carts) > 0 and sum(sessions.checkouts) > 0 and {{ any_true('sessions.has_purchase') }} as has_order
  from starts
  inner join sessions
    on starts.visitor_key = sessions.visitor_key
    and sessions.started_at >= starts.started_at
    and sessions.started_at < {{ add_24h_days('starts.started_at', window_days) }}
  group by starts.visitor_key, starts.started_at
)

select
  viewings.session_date as business_date,
  viewings.channel,
  viewings.device_type,
  cast(count(*) as bigint) as with_product_view,
  cast({{ count_where('reached.has_cart') }} as bigint) as with_cart,
  cast({{ count_where('reached.has_checkout') }} as bigint) as with_checkout,
  cast({{ count_where('reached.has_order') }} as bigint) as with_order,
  {{ add_days('viewings.session_date', window_days + 1) }} <= (select max(session_date) from sessions) as is_over
from reached
inner join viewings on reached.visitor_key = viewings.visitor_key and reached.started_at = viewings.started_at
group by viewings.session_date, viewings.channel, viewings.device_type
