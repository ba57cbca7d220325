{{ config(replace_by='order_date', reach='reconciliation') }}

{%- set lookback_days = var('attribution_lookback_days', 30) -%}
{%- set wide_days = var('reconciliation_lookback_days', 90) -%}
with

orders as (
  select order_id, order_date, placed_at, person_key, sales_channel, net_revenue
  from {{ ref('int_orders_ledgered') }}
  where is_kept and order_date in {{ touched('reconciliation') }}
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

purchases as (
  select
    order_id,
    max(visitor_key) as visitor_key,
    max(case when not has_consent then 1 else 0 end) = 1 as is_unconsented,
    max(case when is_bot then 1 else 0 end) = 1 as is_bot,
    max(case when session_key is not null then 1 else 0 end) = 1 as has_session,
    min(session_started_at) as session_started_at
  from {{ ref('int_session_orders') }}
  group by order_id
),

identity as (
  select * from {{ ref('int_identity_resolved') }}
),

-- Only an order without marketing in its window asks whether there was any before it.
unmarketed as (
  select orders.*, purchases.visitor_key
  from orders
  left join in_window on orders.order_id = in_window.order_id
  left join purchases on orders.order_id = purchases.order_id
  where not coalesce(in_window.has_marketing, false)
),

marketing_touches as (
  select touchpoints.visitor_key, touchpoints.touched_at, identity.customer_id
  from {{ ref('int_touchpoints_built') }} as touchpoints
  left join identity
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
  select unmarketed.order_id
  from unmarketed
  inner join marketing_touches on unmarketed.person_key = marketing_touches.customer_id
  where marketing_touches.touched_at < unmarketed.placed_at
    and marketing_touches.touched_at >= {{ add_24h_days('unmarketed.placed_at', -wide_days) }}
  union
  select unmarketed.order_id
  from unmarketed
  inner join marketing_touches on unmarketed.visitor_key = marketing_touches.visitor_key
  where marketing_touches.customer_id is null
    and marketing_touches.touched_at < unmarketed.placed_at
    and marketing_touches.touched_at >= {{ add_24h_days('unmarketed.placed_at', -wide_days) }}
),

shared as (
  select distinct purchases.order_id
  from purchases
  inner join identity
    on purchases.visitor_key = identity.visitor_key
    and purchases.session_started_at >= identity.valid_from
    and purchases.session_started_at < identity.valid_to
  where identity.is_shared
)

select
  orders.order_id,
  orders.net_revenue,
  case
    when in_window.has_marketing then 'attributed'
    when in_window.has_direct and older_marketing.order_id is null then 'direct'
    when orders.sales_channel = 'offline' then 'offline'
    when coalesce(purchases.is_unconsented, false) and not coalesce(purchases.has_session, false) then 'no_consent'
    when coalesce(purchases.is_bot, false) and not coalesce(purchases.has_session, false) then 'bot'
    when shared.order_id is not null then 'shared_device'
    when in_window.order_id is null then 'no_session'
    else 'outside_window'
  end as reason,
  orders.order_date
from orders
left join in_window on orders.order_id = in_window.order_id
left join purchases on orders.order_id = purchases.order_id
left join older_marketing on orders.order_id = older_marketing.order_id
left join shared on orders.order_id = shared.order_id
