with orders as (
  select * from {{ ref('int_orders_ledgered') }}
  where is_kept
),

latest as (
  select person_key, country, region, device_type
  from orders
  qualify row_number() over (partition by person_key order by placed_at desc, order_id desc) = 1
),

totals as (
  select
    person_key,
    max(customer_id) as customer_id,
    {{ any_true('is_identified') }} as is_identified,
    min(order_date) as first_order_date,
    max(order_date) as last_order_date,
    max(case when customer_status in ('new', 'new_unknown') then customer_status end) as acquired_as,
    cast(count(*) as bigint) as orders,
    cast(sum(units) as bigint) as units,
    {{ sum_money('net_revenue') }} as net_revenue,
    {{ sum_money('contribution') }} as contribution
  from orders
  group by person_key
)

select
  totals.person_key,
  totals.customer_id,
  totals.is_identified,
  totals.first_order_date,
  totals.last_order_date,
  {{ month_start('totals.first_order_date') }} as first_order_month,
  coalesce(totals.acquired_as, 'returning') as acquired_as,
  latest.country,
  latest.region,
  latest.device_type,
  totals.orders,
  totals.units,
  totals.net_revenue,
  totals.contribution
from totals
inner join latest on totals.person_key = latest.person_key
