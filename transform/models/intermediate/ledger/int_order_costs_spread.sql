with lines as (
  select
    priced.order_line_id,
    priced.order_id,
    priced.fx_rate,
    valued.line_value,
    orders.shipping_cost,
    orders.packaging_cost,
    orders.payment_fee,
    sum(case when valued.is_gift_card then valued.charged_amount else priced.original_paid end) over (
      partition by priced.order_id
    ) - orders.gift_card_amount as paid_amount
  from {{ ref('int_order_lines_priced') }} as priced
  inner join {{ ref('int_order_lines_valued') }} as valued
    on priced.order_line_id = valued.order_line_id and priced.order_id = valued.order_id
  inner join {{ ref('int_orders_classified') }} as orders on priced.order_id = orders.order_id
),

-- What the source tells is in the order's currency, the shop's own defaults are in the shop's.
order_costs as (
  select
    *,
    {{ money('coalesce(shipping_cost * fx_rate, ' ~ var('default_shipping_cost', 0) ~ ')') }} as order_shipping_cost,
    {{ money('coalesce(packaging_cost * fx_rate, ' ~ var('default_packaging_cost', 0) ~ ')') }} as order_packaging_cost,
    {{ money(
      'coalesce(payment_fee * fx_rate, case when paid_amount > 0 then paid_amount * fx_rate * '
      ~ 'cast(' ~ var('default_payment_fee_rate', 0) ~ ' as decimal(9, 6)) + ' ~ var('default_payment_fee_fixed', 0) ~ ' else 0 end)'
    ) }} as order_payment_fee
  from lines
),

spread as (
  {{ allocate('order_costs', ['order_id'], 'line_value', {
    'order_shipping_cost': 'line_shipping_cost',
    'order_packaging_cost': 'line_packaging_cost',
    'order_payment_fee': 'line_payment_fee',
  }, 'order_line_id') }}
)

select
  order_line_id,
  order_id,
  cast(line_shipping_cost as decimal(18, 2)) as shipping_cost,
  cast(line_packaging_cost as decimal(18, 2)) as packaging_cost,
  cast(line_payment_fee as decimal(18, 2)) as payment_fee
from spread
