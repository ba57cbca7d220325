with refunds as (
  select * from {{ ref('stg_crm__refunds') }}
),

lines as (
  select * from {{ ref('int_order_lines_costed') }}
),

on_lines as (
  select
    refunds.refund_id,
    refunds.order_line_id,
    refunds.refunded_at,
    refunds.refund_date,
    refunds.quantity,
    refunds.amount,
    refunds.tax_amount,
    refunds.return_shipping_cost,
    refunds.is_restocked
  from refunds
  inner join lines on refunds.order_line_id = lines.order_line_id and refunds.order_id = lines.order_id
),

line_totals as (
  select order_line_id, sum(amount) as amount
  from on_lines
  group by order_line_id
),

-- A refund of the whole order goes to the lines by what is still to be refunded on them. Shares are taken of the
-- running total, so that several part refunds end on the same cents as one.
on_orders as (
  select
    refunds.refund_id,
    lines.order_line_id,
    refunds.refunded_at,
    refunds.refund_date,
    cast(null as bigint) as quantity,
    refunds.tax_amount,
    refunds.return_shipping_cost,
    refunds.is_restocked,
    cast(
      sum(refunds.amount) over (
        partition by lines.order_line_id order by refunds.refunded_at, refunds.refund_id
      ) as decimal(18, 2)
    ) as amount_so_far,
    case when lines.prices_include_tax then lines.original_paid else lines.original_sales_ex_vat end
    - coalesce(line_totals.amount, 0) as remainder
  from refunds
  inner join lines on refunds.order_id = lines.order_id
  left join on_lines on refunds.refund_id = on_lines.refund_id
  left join line_totals on lines.order_line_id = line_totals.order_line_id
  where on_lines.refund_id is null
),

refundable as (
  select
    on_orders.*,
    cast(greatest(remainder, 0) as decimal(18, 2)) as weight,
    sum(remainder) over (partition by refund_id) as order_remainder
  from on_orders
),

spread as (
  {{ allocate('refundable', ['refund_id'], 'weight', {
    'amount_so_far': 'line_share_so_far',
    'tax_amount': 'line_tax_amount',
    'return_shipping_cost': 'line_return_shipping_cost',
  }, 'order_line_id') }}
),

-- What gives everything back gives back each line's own, even where a line was worth less than nothing.
settled_orders as (
  select
    spread.*,
    case when amount_so_far = order_remainder then remainder else line_share_so_far end as line_amount_so_far
  from spread
)

select
  refund_id,
  order_line_id,
  refunded_at,
  refund_date,
  quantity,
  amount,
  tax_amount,
  return_shipping_cost,
  is_restocked
from on_lines
union all
select
  refund_id,
  order_line_id,
  refunded_at,
  refund_date,
  quantity,
  cast(line_amount_so_far - coalesce(
    lag(line_amount_so_far) over (partition by order_line_id order by refunded_at, refund_id), 0
  ) as decimal(18, 2)),
  cast(line_tax_amount as decimal(18, 2)),
  cast(line_return_shipping_cost as decimal(18, 2)),
  is_restocked
from settled_orders
