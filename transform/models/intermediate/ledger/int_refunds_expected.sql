with orders as (
  select * from {{ ref('int_orders_ledgered') }}
  where is_kept
),

mature as (
  select sum(sales_ex_vat) as sales_ex_vat
  from orders
  where is_mature
),

delays as (
  select
    {{ days_between('refunds.order_date', 'refunds.refund_date') }} as delay_days,
    sum(refunds.refunds_ex_vat) as refunds_ex_vat
  from {{ ref('int_refunds_booked') }} as refunds
  inner join orders on refunds.order_id = orders.order_id
  where orders.is_mature
  group by {{ days_between('refunds.order_date', 'refunds.refund_date') }}
),

ages as (
  select
    order_date,
    sum(sales_ex_vat) as sales_ex_vat,
    count(*) as immature_orders,
    {{ days_between('order_date', '(select max(order_date) from orders)') }} as age_days
  from orders
  where not is_mature
  group by order_date
),

still_to_come as (
  select
    ages.order_date,
    ages.sales_ex_vat,
    ages.immature_orders,
    coalesce(sum(delays.refunds_ex_vat), 0) as later_refunds
  from ages
  left join delays on delays.delay_days > ages.age_days
  group by ages.order_date, ages.sales_ex_vat, ages.immature_orders
)

select
  still_to_come.order_date,
  cast(still_to_come.immature_orders as int) as immature_orders,
  coalesce({{ amount_share('still_to_come.sales_ex_vat', 'still_to_come.later_refunds', 'mature.sales_ex_vat') }}, 0)
    as expected_refunds
from still_to_come
cross join mature
