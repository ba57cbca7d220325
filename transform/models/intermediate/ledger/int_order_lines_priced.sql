with orders as (
  select * from {{ ref('int_orders_classified') }}
),

products as (
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
),

lines as (
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
    coalesce(own_discounts.amount, 0) as own_discount_amount
  from {{ ref('stg_crm__order_lines') }} as order_lines
  left join products on order_lines.sku = products.sku
  left join discounts on order_lines.order_line_id = discounts.order_line_id
  left join own_discounts
    on order_lines.order_line_id = own_discounts.order_line_id and order_lines.order_id = own_discounts.order_id
),

valued as (
  select
    lines.*,
    orders.order_date,
    orders.fx_rate,
    orders.tax_mode,
    orders.prices_include_tax,
    orders.is_export,
    orders.vat_territory,
    case when lines.is_gift_card then 0 else lines.line_amount - lines.discount_amount end as goods_amount,
    cast(
      case when lines.is_gift_card then 0 else greatest(lines.line_amount - lines.own_discount_amount, 0) end
      as decimal(18, 2)
    ) as line_value,
    orders.shipping_amount,
    orders.shipping_cost,
    orders.packaging_cost,
    orders.payment_fee,
    sum(lines.line_amount - lines.discount_amount) over (partition by lines.order_id)
    + orders.shipping_amount - orders.gift_card_amount as charged_amount
  from lines
  inner join orders on lines.order_id = orders.order_id
),

-- In the order's currency, except the shop's own defaults.
costed as (
  select
    valued.*,
    {{ money('coalesce(shipping_cost * fx_rate, ' ~ var('default_shipping_cost', 0) ~ ')') }} as order_shipping_cost,
    {{ money('coalesce(packaging_cost * fx_rate, ' ~ var('default_packaging_cost', 0) ~ ')') }} as order_packaging_cost,
    {{ money(
      'coalesce(payment_fee * fx_rate, case when charged_amount > 0 then charged_amount * fx_rate * '
      ~ 'cast(' ~ var('default_payment_fee_rate', 0) ~ ' as decimal(9, 6)) + ' ~ var('default_payment_fee_fixed', 0) ~ ' else 0 end)'
    ) }} as order_payment_fee
  from valued
),

spread as (
  {{ allocate('costed', ['order_id'], 'line_value', {
    'shipping_amount': 'shipping_charged',
    'order_shipping_cost': 'line_shipping_cost',
    'order_packaging_cost': 'line_packaging_cost',
    'order_payment_fee': 'line_payment_fee',
  }, 'order_line_id') }}
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
  {{ money('case when is_gift_card then line_amount - discount_amount else 0 end * fx_rate') }} as gift_cards_sold,
  cast(line_shipping_cost as decimal(18, 2)) as shipping_cost,
  cast(line_packaging_cost as decimal(18, 2)) as packaging_cost,
  cast(line_payment_fee as decimal(18, 2)) as payment_fee,
  vat_charged is null as is_vat_missing
from totalled
