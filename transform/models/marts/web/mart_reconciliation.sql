with

reasons as (
  select 'attributed' as reason, 1 as sort_order
  union all
  select 'direct', 2
  union all
  select 'offline', 3
  union all
  select 'no_consent', 4
  union all
  select 'bot', 5
  union all
  select 'shared_device', 6
  union all
  select 'no_session', 7
  union all
  select 'outside_window', 8
)

select
  orders.order_date as business_date,
  orders.reason,
  reasons.sort_order,
  coalesce(ledger.country, '') as country,
  coalesce(ledger.device_type, '') as device_type,
  cast(count(*) as bigint) as orders,
  {{ sum_money('orders.net_revenue') }} as net_revenue
from {{ ref('int_orders_reconciled') }} as orders
inner join reasons on orders.reason = reasons.reason
inner join {{ ref('int_orders_ledgered') }} as ledger on orders.order_id = ledger.order_id
group by 1, 2, 3, 4, 5
