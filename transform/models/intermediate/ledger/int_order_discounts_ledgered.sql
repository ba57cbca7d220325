with parts as (
  select
    spread.order_discount_id,
    spread.order_line_id,
    lines.order_id,
    lines.order_date,
    lines.is_kept,
    spread.promotion_id,
    spread.code,
    cast(spread.amount as decimal(18, 2)) as original_amount,
    lines.discounts
  from {{ ref('int_order_discounts_spread') }} as spread
  inner join {{ ref('int_order_lines_ledgered') }} as lines on spread.order_line_id = lines.order_line_id
),

ledgered as (
  {{ allocate('parts', ['order_line_id'], 'original_amount', {'discounts': 'amount'}, 'order_discount_id') }}
)

select
  order_discount_id,
  order_line_id,
  order_id,
  order_date,
  is_kept,
  promotion_id,
  code,
  amount
from ledgered
