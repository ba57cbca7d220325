with sold as (
  select
    sku,
    max(product_name) as product_name,
    max(category) as category,
    min(order_date) as first_sold_date,
    max(order_date) as last_sold_date
  from {{ ref('int_order_lines_ledgered') }}
  where is_kept
  group by sku
),

products as (
  select * from {{ ref('stg_crm__products') }}
),

current_costs as (
  select sku, unit_cost, currency
  from {{ ref('int_product_costs_spanned') }}
  where valid_to = cast('9999-12-31' as date)
)

select
  coalesce(products.sku, sold.sku) as sku,
  coalesce(products.product_name, sold.product_name) as product_name,
  coalesce(products.category, sold.category, '') as category,
  coalesce(products.tax_class, 'standard') as tax_class,
  coalesce(products.is_gift_card, false) as is_gift_card,
  products.list_price,
  products.currency as list_price_currency,
  current_costs.unit_cost,
  current_costs.currency as unit_cost_currency,
  products.days_of_use,
  products.full_size_sku,
  products.launched_on,
  sold.first_sold_date,
  sold.last_sold_date
from products
full outer join sold on products.sku = sold.sku
left join current_costs on products.sku = current_costs.sku
