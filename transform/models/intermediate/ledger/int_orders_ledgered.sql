{% set amounts = [
  'gross', 'discounts', 'vat', 'sales_ex_vat', 'refunds_ex_vat', 'net_revenue', 'cogs_sold', 'cogs_restocked', 'cogs',
  'cm1', 'shipping_cost', 'packaging_cost', 'payment_fee', 'return_cost', 'contribution', 'contribution_before_refunds',
  'gift_cards_sold',
] %}
with totals as (
  select
    order_id,
    {% for amount in amounts %}
    {{ sum_money(amount) }} as {{ amount }},
    {% endfor %}
    cast(sum(quantity) as bigint) as units,
    max(case when is_replenishment then 1 else 0 end) = 1 as has_replenishment,
    max(case when is_cost_assumed then 1 else 0 end) = 1 as is_cost_assumed
  from {{ ref('int_order_lines_ledgered') }}
  group by order_id
)

select
  orders.order_id,
  orders.order_date,
  orders.placed_at,
  orders.person_key,
  orders.is_identified,
  orders.customer_id,
  orders.email_hash,
  orders.country,
  orders.region,
  orders.postal_prefix,
  orders.device_type,
  orders.sales_channel,
  orders.payment_method,
  orders.is_kept,
  orders.is_cancelled,
  orders.is_test,
  totals.sales_ex_vat > 0 and totals.refunds_ex_vat >= totals.sales_ex_vat as is_fully_refunded,
  orders.is_mature,
  orders.customer_status,
  orders.person_order_number,
  orders.currency,
  orders.fx_rate,
  totals.units,
  totals.has_replenishment,
  totals.is_cost_assumed,
  {% for amount in amounts %}
  totals.{{ amount }}{{ ',' if not loop.last }}
  {% endfor %}
from {{ ref('int_orders_classified') }} as orders
inner join totals on orders.order_id = totals.order_id
