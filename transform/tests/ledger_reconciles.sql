-- One row per identity of the ledger that does not hold, with both sides.
with ledger as (
  select sum(refunds_ex_vat) as refunds_ex_vat, count(*) as orders
  from {{ ref('int_orders_ledgered') }}
),

kept as (
  select sum(net_revenue) as net_revenue, sum(contribution) as contribution
  from {{ ref('int_orders_ledgered') }}
  where is_kept
),

held as (
  select count(*) as orders
  from {{ ref('int_orders_held') }}
  where reason not in ('order_missing', 'refunded_order_missing')
),

shop as (
  select
    sum(net_revenue) as net_revenue,
    sum(contribution) as contribution,
    sum(finance_net_revenue) as finance_net_revenue,
    sum(finance_contribution) as finance_contribution,
    sum(fx_difference) as fx_difference,
    sum(marketing_cost) as marketing_cost
  from {{ ref('mart_shop_daily') }}
),

products as (
  select sum(net_revenue) as net_revenue, sum(contribution) as contribution
  from {{ ref('mart_products_daily') }}
),

identities as (
  select 'orders delivered = ledgered + held' as identity, count(*) as expected, max(ledger.orders + held.orders) as got
  from {{ ref('int_orders_classified') }}
  cross join ledger
  cross join held
  union all
  select 'refunds delivered = booked + held without order or lines', count(*), max(booked.refunds) + max(held_refunds.refunds)
  from {{ ref('stg_crm__refunds') }}
  cross join (select count(distinct refund_id) as refunds from {{ ref('int_refunds_booked') }}) as booked
  cross join (
    select count(*) as refunds
    from {{ ref('stg_crm__refunds') }} as refunds
    inner join {{ ref('int_orders_held') }} as held_orders on refunds.order_id = held_orders.order_id
    where held_orders.reason in ('lines_missing', 'order_missing', 'refunded_order_missing')
  ) as held_refunds
  union all
  select 'refunds of the ledger = refunds booked', sum(booked.refunds_ex_vat), max(ledger.refunds_ex_vat)
  from {{ ref('int_refunds_booked') }} as booked
  inner join {{ ref('int_orders_ledgered') }} as orders on booked.order_id = orders.order_id
  cross join ledger
  union all
  select 'discounts of lines = discounts kept apart', sum(lines.discounts), max(parts.amount)
  from {{ ref('int_order_lines_ledgered') }} as lines
  cross join (select sum(amount) as amount from {{ ref('int_order_discounts_ledgered') }}) as parts
  union all
  select 'net revenue of the shop = kept orders', kept.net_revenue, shop.net_revenue
  from kept
  cross join shop
  union all
  select 'contribution of the shop = kept orders', kept.contribution, shop.contribution
  from kept
  cross join shop
  union all
  select 'net revenue of products = shop', shop.net_revenue, products.net_revenue
  from shop
  cross join products
  union all
  select 'contribution of products = shop', shop.contribution, products.contribution
  from shop
  cross join products
  union all
  select 'finance net revenue = order-date + FX', shop.net_revenue + shop.fx_difference, shop.finance_net_revenue
  from shop
  union all
  select 'finance contribution = order-date + FX', shop.contribution + shop.fx_difference, shop.finance_contribution
  from shop
  union all
  select 'marketing cost of the shop = its daily costs', shop.marketing_cost, costs.amount
  from shop
  cross join (select sum(amount) as amount from {{ ref('int_marketing_costs_daily') }}) as costs
)

select identity, expected, got
from identities
where coalesce(expected, 0) <> coalesce(got, 0)
