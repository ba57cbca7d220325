{{ config(materialized='view') }}

with

purchases as (
  select
    order_id,
    visitor_key,
    session_key,
    session_started_at,
    max(case when not has_consent then 1 else 0 end) over (partition by order_id) = 1 as is_unconsented,
    max(case when is_bot then 1 else 0 end) over (partition by order_id) = 1 as is_bot,
    row_number() over (
      partition by order_id
      order by case when session_key is null then 1 else 0 end, occurred_at, visitor_key nulls last, event_date
    ) as purchase_rank
  from {{ ref('int_session_orders') }}
)

select
  purchases.order_id,
  purchases.visitor_key,
  purchases.session_key,
  purchases.session_started_at,
  identity.customer_id,
  coalesce(identity.is_shared, false) as is_shared,
  purchases.is_unconsented,
  purchases.is_bot
from purchases
left join {{ ref('int_identity_resolved') }} as identity
  on purchases.visitor_key = identity.visitor_key
  and purchases.session_started_at >= identity.valid_from
  and purchases.session_started_at < identity.valid_to
where purchases.purchase_rank = 1
