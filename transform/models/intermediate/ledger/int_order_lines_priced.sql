with lines as (
  select
    lines.*,
    orders.order_date,
    orders.fx_rate,
    orders.tax_mode,
    orders.prices_include_tax,
    orders.is_export,
    orders.vat_territory,
    orders.shipping_amount,
    case when lines.is_gift_card then 0 else lines.charged_amount end as goods_amount
  from {{ ref('int_order_lines_valued') }} as lines
  inner join {{ ref('int_orders_classified') }} as orders on lines.order_id = orders.order_id
),

spread as (
  {{ allocate('lines', ['order_id'], 'line_value', {'shipping_amount': 'shipping_charged'}, 'order_line_id') }}
),

rated as (
  select
    spread.*,
    goods_amount + shipping_charged as charged,
    case
      when spread.tax_mode = 'none' then 0
      when spread.tax_class = 'exempt' or spread.is_export then 0
      else vat_rates.rate
    end as vat_rate,
    case when not is_gift_card and tax_mode = 'standard' then tax_amount end as source_tax
  from spread
  left join {{ ref('int_vat_rates_spanned') }} as vat_rates
    on spread.vat_territory = vat_rates.territory
    and spread.tax_class = vat_rates.tax_class
    and spread.order_date between vat_rates.valid_from and vat_rates.valid_to
),

taxed as (
  select
    rated.*,
    case
      when source_tax is not null and (goods_amount <> 0 or shipping_charged = 0)
      then source_tax + coalesce({{ amount_share('shipping_charged', 'source_tax', 'goods_amount') }}, 0)
      when charged = 0 then 0
      when prices_include_tax then charged - {{ divide_exact('charged', '1 + vat_rate') }}
      else {{ money('charged * vat_rate') }}
    end as vat_charged
  from rated
),

totalled as (
  select
    taxed.*,
    case when prices_include_tax then charged else charged + vat_charged end as paid,
    case when prices_include_tax then charged - vat_charged else charged end as sales,
    case
      when is_gift_card then 0
      when prices_include_tax or charged = 0 then discount_amount
      else discount_amount + {{ amount_share('discount_amount', 'vat_charged', 'charged') }}
    end as discount
  from taxed
)

select
  order_line_id,
  order_id,
  order_date,
  sku,
  product_name,
  quantity,
  is_gift_card,
  tax_class,
  vat_rate,
  fx_rate,
  prices_include_tax,
  vat_territory,
  cast(line_amount as decimal(18, 2)) as original_line_amount,
  cast(paid as decimal(18, 2)) as original_paid,
  cast(sales as decimal(18, 2)) as original_sales_ex_vat,
  {{ money('(paid + discount) * fx_rate') }} as gross,
  {{ money('discount * fx_rate') }} as discounts,
  {{ money('vat_charged * fx_rate') }} as vat,
  {{ money('case when is_gift_card then charged_amount else 0 end * fx_rate') }} as gift_cards_sold,
  vat_charged is null as is_vat_missing
from totalled
