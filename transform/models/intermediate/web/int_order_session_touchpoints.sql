{{ config(materialized='view') }}

{%- set lookback_days = var('attribution_lookback_days', 30) -%}
with

orders as (
  select order_id, order_date, placed_at, person_key
  from {{ ref('int_orders_ledgered') }}
  where is_kept and order_date in {{ touched('credits') }}
),

{% if var('attribution_cut_at_order', false) -%}
previous_orders as (
  select
    order_id,
    lag(placed_at) over (partition by person_key order by placed_at, order_id) as previous_placed_at
  from {{ ref('int_orders_ledgered') }}
  where is_kept
),

{% endif -%}
window_dates as (
  select {{ add_days('min(touched_date)', -lookback_days - 2) }} as first_date, max(touched_date) as last_date
  from {{ touched('credits') }} as dates
),

touchpoints as (
  select
    touchpoints.*,
    identity.customer_id,
    coalesce(identity.is_shared, false) as is_shared
  from {{ ref('int_touchpoints_built') }} as touchpoints
  left join {{ ref('int_identity_resolved') }} as identity
    on touchpoints.visitor_key = identity.visitor_key
    and touchpoints.touched_at >= identity.valid_from
    and touchpoints.touched_at < identity.valid_to
  where touchpoints.touch_date between (select first_date from window_dates) and (select last_date from window_dates)
),

visited_orders as (
  select
    orders.*,
    visits.visitor_key,
    visits.session_key,
    case when orders.person_key like 'order:%' then visits.customer_id else orders.person_key end as buyer_key
  from orders
  left join {{ ref('int_order_visits') }} as visits on orders.order_id = visits.order_id
),

-- Whose touchpoints an order may look back on: its buyer's (a guest is the customer of its session), its session's
-- device's while nobody was known on it, and those of its own session.
candidates as (
  {%- for whose in [
    'visited_orders.buyer_key = touchpoints.customer_id',
    'visited_orders.visitor_key = touchpoints.visitor_key
      and (touchpoints.customer_id is null or touchpoints.session_key = visited_orders.session_key)
      and not touchpoints.is_shared',
  ] %}
  select visited_orders.order_id, visited_orders.order_date, visited_orders.placed_at, touchpoints.touchpoint_key
  from visited_orders
  inner join touchpoints
    on {{ whose }}
  where touchpoints.touched_at <= visited_orders.placed_at
    and touchpoints.touched_at >= {{ add_24h_days('visited_orders.placed_at', -lookback_days) }}
  {{ 'union' if not loop.last }}
  {%- endfor %}
)

select
  candidates.order_id,
  candidates.order_date,
  candidates.placed_at,
  touchpoints.touchpoint_key,
  touchpoints.touched_at,
  touchpoints.kind,
  touchpoints.channel,
  touchpoints.platform,
  touchpoints.campaign_id,
  touchpoints.campaign_name,
  touchpoints.influencer_id,
  touchpoints.is_direct
from candidates
inner join touchpoints on candidates.touchpoint_key = touchpoints.touchpoint_key
{%- if var('attribution_cut_at_order', false) %}
inner join previous_orders on candidates.order_id = previous_orders.order_id
where previous_orders.previous_placed_at is null or touchpoints.touched_at > previous_orders.previous_placed_at
{%- endif %}
