with discounts as (
  select * from {{ ref('stg_crm__order_discounts') }}
),

lines as (
  select
    order_lines.order_line_id,
    order_lines.order_id,
    case
      when coalesce(order_lines.is_gift_card, products.is_gift_card, false) then cast(0 as decimal(18, 2))
      else greatest(order_lines.line_amount, cast(0 as decimal(18, 2)))
    end as line_value
  from {{ ref('stg_crm__order_lines') }} as order_lines
  left join {{ ref('stg_crm__products') }} as products on order_lines.sku = products.sku
),

on_lines as (
  select discounts.*
  from discounts
  inner join lines on discounts.order_line_id = lines.order_line_id and discounts.order_id = lines.order_id
),

line_totals as (
  select order_line_id, sum(amount) as amount
  from on_lines
  group by order_line_id
),

on_orders as (
  select
    discounts.order_discount_id,
    lines.order_line_id,
    discounts.order_id,
    discounts.promotion_id,
    discounts.code,
    discounts.amount,
    cast(greatest(lines.line_value - coalesce(line_totals.amount, 0), 0) as decimal(18, 2)) as line_value
  from discounts
  inner join lines on discounts.order_id = lines.order_id
  left join on_lines on discounts.order_discount_id = on_lines.order_discount_id
  left join line_totals on lines.order_line_id = line_totals.order_line_id
  where on_lines.order_discount_id is null
),

spread as (
  {{ allocate('on_orders', ['order_discount_id'], 'line_value', {'amount': 'part'}, 'order_line_id') }}
)

select order_discount_id, order_line_id, order_id, promotion_id, code, amount
from on_lines
union all
select order_discount_id, order_line_id, order_id, promotion_id, code, part
from spread
