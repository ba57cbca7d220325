with

orders as (
  select
    order_date as business_date,
    cast(count(*) as decimal(18, 6)) as orders,
    {{ sum_money('net_revenue') }} as net_revenue
  from {{ ref('int_orders_reconciled') }}
  where reason = 'no_consent'
  group by order_date
),

landings as (
  select business_date, channel, landings from {{ ref('int_unconsented_landings_estimated') }}
),

landing_dates as (
  select distinct business_date from landings
),

monthly as (
  select {{ month_start('business_date') }} as month, channel, sum(landings) as landings
  from landings
  group by 1, 2
),

landing_months as (
  select distinct month from monthly
),

weighed as (
  select
    orders.business_date, orders.orders, orders.net_revenue, landings.channel,
    landings.landings as weight
  from orders
  inner join landings on orders.business_date = landings.business_date
  union all
  select
    orders.business_date, orders.orders, orders.net_revenue, monthly.channel, cast(monthly.landings as decimal(18, 2))
  from orders
  left join landing_dates on orders.business_date = landing_dates.business_date
  inner join monthly on {{ month_start('orders.business_date') }} = monthly.month
  where landing_dates.business_date is null
  union all
  select orders.business_date, orders.orders, orders.net_revenue, 'Unattributed', cast(1 as decimal(18, 2))
  from orders
  left join landing_months on {{ month_start('orders.business_date') }} = landing_months.month
  where landing_months.month is null
),

with_money as (
  {{ allocate('weighed', ['business_date'], 'weight', {'net_revenue': 'estimated_net_revenue'}, 'channel') }}
),

money_estimated as (
  select business_date, channel, orders, weight, estimated_net_revenue
  from with_money
),

estimated as (
  {{ allocate('money_estimated', ['business_date'], 'weight', {'orders': 'estimated_orders'}, 'channel', digits=6) }}
),

combined as (
  select
    business_date, channel, landings, cast(0 as decimal(18, 6)) as estimated_orders,
    cast(0 as decimal(18, 2)) as estimated_net_revenue
  from landings
  union all
  select business_date, channel, 0, estimated_orders, estimated_net_revenue
  from estimated
)

select
  business_date,
  channel,
  cast(round(sum(landings), 0) as bigint) as landings,
  cast(sum(estimated_orders) as decimal(18, 6)) as estimated_orders,
  {{ sum_money('estimated_net_revenue') }} as estimated_net_revenue
from combined
group by business_date, channel
