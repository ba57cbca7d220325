with lines as (
  select * from {{ ref('int_order_lines_costed') }}
),

orders as (
  select classified.*
  from {{ ref('int_orders_classified') }} as classified
  left join {{ ref('int_orders_held') }} as held on classified.order_id = held.order_id
  where held.order_id is null
),

products as (
  select * from {{ ref('stg_crm__products') }}
),

refunds as (
  select
    order_line_id,
    sum(quantity) as refunded_quantity,
    sum(refunds_ex_vat) as refunds_ex_vat,
    sum(cogs_restocked) as cogs_restocked,
    sum(return_cost) as return_cost
  from {{ ref('int_refunds_booked') }}
  group by order_line_id
),

minis as (
  select
    orders.person_key,
    products.full_size_sku as sku,
    min(orders.placed_at) as first_placed_at
  from lines
  inner join orders on lines.order_id = orders.order_id
  inner join products on lines.sku = products.sku
  where orders.is_kept and orders.is_identified and products.full_size_sku is not null
  group by orders.person_key, products.full_size_sku
),

purchases as (
  select
    orders.order_id,
    lines.sku,
    orders.order_date,
    lag(orders.order_date) over person_sku as previous_date,
    lag(sum(lines.quantity)) over person_sku as previous_quantity,
    row_number() over person_sku = 1 as is_first_of_sku
  from lines
  inner join orders on lines.order_id = orders.order_id
  where orders.is_kept and orders.is_identified and lines.quantity > 0
  group by orders.order_id, orders.person_key, orders.placed_at, orders.order_date, lines.sku
  window person_sku as (partition by orders.person_key, lines.sku order by orders.placed_at, orders.order_id)
)

select
  lines.order_line_id,
  lines.order_id,
  lines.order_date,
  orders.placed_at,
  orders.person_key,
  orders.is_kept,
  orders.is_mature,
  lines.sku,
  coalesce(lines.product_name, lines.sku) as product_name,
  products.category,
  lines.is_gift_card,
  case when lines.is_gift_card then 0 else lines.quantity end as quantity,
  cast(coalesce(refunds.refunded_quantity, 0) as bigint) as refunded_quantity,
  coalesce(
    {{ days_between('purchases.previous_date', 'purchases.order_date') }} between
      products.days_of_use * purchases.previous_quantity * {{ var('replenishment_from', 0.5) }}
      and products.days_of_use * purchases.previous_quantity * {{ var('replenishment_to', 1.5) }},
    false
  ) as is_replenishment,
  coalesce(purchases.is_first_of_sku and minis.first_placed_at < orders.placed_at, false) as is_mini_conversion,
  lines.is_cost_assumed,
  lines.vat_territory,
  lines.vat_rate,
  lines.gross,
  lines.discounts,
  lines.vat,
  lines.sales_ex_vat,
  {{ money('coalesce(refunds.refunds_ex_vat, 0)') }} as refunds_ex_vat,
  {{ money('lines.sales_ex_vat - coalesce(refunds.refunds_ex_vat, 0)') }} as net_revenue,
  lines.cogs_sold,
  {{ money('coalesce(refunds.cogs_restocked, 0)') }} as cogs_restocked,
  {{ money('lines.cogs_sold - coalesce(refunds.cogs_restocked, 0)') }} as cogs,
  {{ money('lines.sales_ex_vat - coalesce(refunds.refunds_ex_vat, 0) - lines.cogs_sold + coalesce(refunds.cogs_restocked, 0)') }} as cm1,
  lines.shipping_cost,
  lines.packaging_cost,
  lines.payment_fee,
  {{ money('coalesce(refunds.return_cost, 0)') }} as return_cost,
  {{ money(
    'lines.sales_ex_vat - coalesce(refunds.refunds_ex_vat, 0) - lines.cogs_sold + coalesce(refunds.cogs_restocked, 0)'
    ~ ' - lines.shipping_cost - lines.packaging_cost - lines.payment_fee - coalesce(refunds.return_cost, 0)'
  ) }} as contribution,
  {{ money('lines.sales_ex_vat - lines.cogs_sold - lines.shipping_cost - lines.packaging_cost - lines.payment_fee') }}
    as contribution_before_refunds,
  lines.gift_cards_sold
from lines
inner join orders on lines.order_id = orders.order_id
left join products on lines.sku = products.sku
left join refunds on lines.order_line_id = refunds.order_line_id
left join purchases on lines.order_id = purchases.order_id and lines.sku = purchases.sku
left join minis on orders.person_key = minis.person_key and lines.sku = minis.sku
