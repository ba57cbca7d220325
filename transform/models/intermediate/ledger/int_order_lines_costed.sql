with lines as (
  select * from {{ ref('int_order_lines_priced') }}
),

unit_costs as (
  select * from {{ ref('int_product_costs_spanned') }}
),

matched as (
  select
    lines.*,
    unit_costs.unit_cost,
    unit_costs.currency as cost_currency,
    unit_costs.sku is null or unit_costs.valid_from > lines.order_date as is_cost_assumed
  from lines
  left join unit_costs
    on lines.sku = unit_costs.sku
    and not lines.is_gift_card
    and lines.order_date <= unit_costs.valid_to
    and (lines.order_date >= unit_costs.valid_from or unit_costs.is_first)
)

select
  matched.order_line_id,
  matched.order_id,
  matched.order_date,
  matched.sku,
  matched.product_name,
  matched.quantity,
  matched.is_gift_card,
  matched.tax_class,
  matched.vat_rate,
  matched.fx_rate,
  matched.prices_include_tax,
  matched.vat_territory,
  matched.original_line_amount,
  matched.original_paid,
  matched.original_sales_ex_vat,
  matched.gross,
  matched.discounts,
  matched.vat,
  cast(matched.gross - matched.discounts - matched.vat as decimal(18, 2)) as sales_ex_vat,
  matched.gift_cards_sold,
  order_costs.shipping_cost,
  order_costs.packaging_cost,
  order_costs.payment_fee,
  matched.is_vat_missing,
  matched.is_cost_assumed and not matched.is_gift_card as is_cost_assumed,
  matched.cost_currency is not null and fx_rates.rate is null as is_cost_rate_missing,
  {{ money(
    'coalesce(cast(cast(matched.quantity as decimal(10, 0)) * matched.unit_cost as decimal(20, 6)) * fx_rates.rate, 0)'
  ) }} as cogs_sold
from matched
left join {{ ref('int_order_costs_spread') }} as order_costs on matched.order_line_id = order_costs.order_line_id
left join {{ ref('int_fx_rates_spanned') }} as fx_rates
  on matched.cost_currency = fx_rates.currency and matched.order_date between fx_rates.valid_from and fx_rates.valid_to
