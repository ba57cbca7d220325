with sold as (
  select
    order_date as business_date,
    sku,
    max(product_name) as sold_name,
    max(category) as sold_category,
    sum(quantity) as units,
    count(distinct order_id) as orders,
    sum(gross) as gross,
    sum(discounts) as discounts,
    sum(sales_ex_vat) as sales_ex_vat,
    sum(refunds_ex_vat) as refunds_ex_vat,
    sum(net_revenue) as net_revenue,
    sum(contribution) as contribution,
    sum(case when is_replenishment then quantity else 0 end) as replenishment_units,
    sum(case when is_mini_conversion then quantity else 0 end) as mini_conversion_units
  from {{ ref('int_order_lines_ledgered') }}
  where is_kept
  group by order_date, sku
),

-- A stock-out is kept on days without a sale too: that is what it looks like.
stock_outs as (
  select
    inventory_date as business_date,
    sku,
    coalesce(stock_out_hours, case when units_on_hand = 0 then 24 else 0 end) as stock_out_hours
  from {{ ref('stg_crm__inventory_days') }}
  where coalesce(stock_out_hours, case when units_on_hand = 0 then 24 else 0 end) > 0
)

select
  coalesce(sold.business_date, stock_outs.business_date) as business_date,
  coalesce(sold.sku, stock_outs.sku) as sku,
  coalesce(products.product_name, sold.sold_name, stock_outs.sku) as product_name,
  coalesce(products.category, sold.sold_category, '') as category,
  {% for count in ['units', 'orders', 'replenishment_units', 'mini_conversion_units'] %}
  cast(coalesce(sold.{{ count }}, 0) as bigint) as {{ count }},
  {% endfor %}
  {% for amount in ['gross', 'discounts', 'sales_ex_vat', 'refunds_ex_vat', 'net_revenue', 'contribution'] %}
  {{ money('coalesce(sold.' ~ amount ~ ', 0)') }} as {{ amount }},
  {% endfor %}
  cast(coalesce(stock_outs.stock_out_hours, 0) as decimal(9, 2)) as stock_out_hours
from sold
full outer join stock_outs on sold.business_date = stock_outs.business_date and sold.sku = stock_outs.sku
left join {{ ref('stg_crm__products') }} as products on coalesce(sold.sku, stock_outs.sku) = products.sku
