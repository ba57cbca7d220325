{{ config(replace_by='order_date', reach='reconciliation') }}

{%- set wide_days = var('reconciliation_lookback_days', 90) -%}
with

orders as (
  select order_id, order_date, placed_at, person_key, sales_channel, net_revenue
  from {{ ref('int_orders_ledgered') }}
  where is_kept and order_date in {{ touched('reconciliation') }}
),

visits as (
  select * from {{ ref('int_order_visits') }}
),

in_window as (
  select
    order_id,
    max(case when not is_direct then 1 else 0 end) = 1 as has_marketing,
    max(case when is_direct then 1 else 0 end) = 1 as has_direct
  from {{ ref('int_order_touchpoints') }}
  where order_date in {{ touched('reconciliation') }}
  group by order_id
),

-- Only an order without marketing in its window asks whether there was any before it.
unmarketed as (
  select
    orders.order_id,
    orders.placed_at,
    case when orders.person_key like 'order:%' then visits.customer_id else orders.person_key end as person_key,
    visits.visitor_key
  from orders
  left join in_window on orders.order_id = in_window.order_id
  left join visits on orders.order_id = visits.order_id
  where not coalesce(in_window.has_marketing, false)
),

marketing_touches as (
  select touchpoints.visitor_key, touchpoints.touched_at, identity.customer_id
  from {{ ref('int_touchpoints_built') }} as touchpoints
  left join {{ ref('int_identity_resolved') }} as identity
    on touchpoints.visitor_key = identity.visitor_key
    and touchpoints.touched_at >= identity.valid_from
    and touchpoints.touched_at < identity.valid_to
  where not touchpoints.is_direct
    and not coalesce(identity.is_shared, false)
    and touchpoints.touch_date >= (
      select {{ add_days('min(touched_date)', -wide_days - 2) }} from {{ touched('reconciliation') }} as dates
    )
),

older_marketing as (
  {%- for whose in [
    'unmarketed.person_key = marketing_touches.customer_id',
    'unmarketed.visitor_key = marketing_touches.visitor_key and marketing_touches.customer_id is null',
  ] %}
  select unmarketed.order_id
  from unmarketed
  inner join marketing_touches on {{ whose }}
  where marketing_touches.touched_at < unmarketed.placed_at
    and marketing_touches.touched_at >= {{ add_24h_days('unmarketed.placed_at', -wide_days) }}
  {{ 'union' if not loop.last }}
  {%- endfor %}
)

select
  orders.order_id,
  orders.net_revenue,
  case
    when in_window.has_marketing then 'attributed'
    when in_window.has_direct and older_marketing.order_id is null then 'direct'
    when orders.sales_channel = 'offline' then 'offline'
    when visits.is_unconsented and visits.session_key is null then 'no_consent'
    when visits.is_bot and visits.session_key is null then 'bot'
    when visits.is_shared then 'shared_device'
    when in_window.order_id is null then 'no_session'
    else 'outside_window'
  end as reason,
  orders.order_date
from orders
left join visits on orders.order_id = visits.order_id
left join in_window on orders.order_id = in_window.order_id
left join older_marketing on orders.order_id = older_marketing.order_id
