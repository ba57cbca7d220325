{{ config(materialized='view') }}

with products as (
  select * from {{ ref('stg_crm__products') }}
),

discounts as (
  select order_line_id, cast(sum(amount) as decimal(18, 2)) as amount
  from {{ ref('int_order_discounts_spread') }}
  group by order_line_id
),

own_discounts as (
  select order_line_id, order_id, cast(sum(amount) as decimal(18, 2)) as amount
  from {{ ref('stg_crm__order_discounts') }}
  where order_line_id is not null
  group by order_line_id, order_id
)

select
  order_lines.order_line_id,
  order_lines.order_id,
  order_lines.sku,
  coalesce(order_lines.product_name, products.product_name) as product_name,
  order_lines.quantity,
  coalesce(order_lines.is_gift_card, products.is_gift_card, false) as is_gift_card,
  coalesce(order_lines.tax_class, products.tax_class, 'standard') as tax_class,
  order_lines.tax_amount,
  order_lines.line_amount,
  coalesce(discounts.amount, 0) as discount_amount,
  order_lines.line_amount - coalesce(discounts.amount, 0) as charged_amount,
  cast(
    case
      when coalesce(order_lines.is_gift_card, products.is_gift_card, false) then 0
      else greatest(order_lines.line_amount - coalesce(own_discounts.amount, 0), 0)
    end
    as decimal(18, 2)
  ) as line_value
from {{ ref('stg_crm__order_lines') }} as order_lines
left join products on order_lines.sku = products.sku
left join discounts on order_lines.order_line_id = discounts.order_line_id
left join own_discounts
  on order_lines.order_line_id = own_discounts.order_line_id and order_lines.order_id = own_discounts.order_id
