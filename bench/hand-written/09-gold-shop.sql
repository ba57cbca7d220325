-- What the shop sold, to whom, and what each day was worth.
copy (
  select
    order_id, order_date, placed_at, person_key, is_identified, country, region, device_type,
    coalesce(sales_channel, 'online') as sales_channel,
    payment_method, is_kept, is_cancelled, is_test, is_fully_refunded, is_mature, customer_status, person_order_number,
    has_replenishment,
    is_cost_assumed, currency, fx_rate, units, gross, discounts, vat, sales_ex_vat, refunds_ex_vat, net_revenue, cogs,
    cm1, shipping_cost,
    packaging_cost, payment_fee, return_cost, contribution, contribution_before_refunds, gift_cards_sold
  from ledger
) to 'gold/fct_orders.parquet' (compression zstd);

copy (select * exclude (cogs_sold, contribution_before_refunds)
  from ledger_lines) to 'gold/fct_order_lines.parquet' (compression zstd);

copy (
  select
    business_date, date_trunc('week', business_date)::date as week_start_date,
    month_of(business_date) as month_start_date,
    year(business_date)::int as year_number, quarter(business_date)::int as quarter_number,
    month(business_date)::int as month_number,
    isodow(business_date)::int as day_of_week, isodow(business_date) >= 6 as is_weekend
  from dates
) to 'gold/dim_dates.parquet' (compression zstd);

copy (
  with sold as (
    select sku, max(product_name) as product_name, max(category) as category, min(order_date) as first_sold_date,
      max(order_date) as last_sold_date
    from ledger_lines where is_kept group by sku
  )
  select
    coalesce(products.sku, sold.sku) as sku, coalesce(products.product_name, sold.product_name) as product_name,
    coalesce(products.category, sold.category, '') as category, coalesce(tax_class, 'standard') as tax_class,
    coalesce(is_gift_card, false) as is_gift_card, list_price, 'EUR' as list_price_currency, unit_cost,
    case when unit_cost is not null then 'EUR' end as unit_cost_currency, days_of_use, full_size_sku, launched_on,
      first_sold_date, last_sold_date
  from products
  full join sold on products.sku = sold.sku
  left join product_costs on products.sku = product_costs.sku and valid_to = date '9999-12-31'
) to 'gold/dim_products.parquet' (compression zstd);

copy (
  select
    person_key, max(customer_id) as customer_id, bool_or(is_identified) as is_identified,
    min(order_date) as first_order_date,
    max(order_date) as last_order_date, month_of(min(order_date)) as first_order_month,
    coalesce(max(customer_status) filter (customer_status in ('new', 'new_unknown')), 'returning') as acquired_as,
    unnest(arg_max({country: country, region: region, device_type: device_type}, (placed_at, order_id))),
    count(*) as orders, sum(units)::bigint as units, sum(net_revenue)::decimal(18, 2) as net_revenue,
    sum(contribution)::decimal(18, 2) as contribution
  from ledger
  where is_kept
  group by person_key
) to 'gold/dim_customers.parquet' (compression zstd);

copy (
  with orders as (
    select *, month_of(min(order_date) over (partition by person_key)) as cohort_month,
      month_of(order_date) as order_month
    from ledger
    where is_kept and is_identified and person_order_number is not null
  ),
  cohorts as (select cohort_month, count(distinct person_key) as customers from orders group by all),
  active as (
    select
      cohort_month, order_month, count(distinct person_key) as active_customers, count(*) as orders,
      sum(net_revenue) as net_revenue,
      sum(contribution) as contribution
    from orders group by all
  )
  select
    cohort_month, datediff('month', cohort_month, order_month)::int as months_since, customers,
    coalesce(active_customers, 0) as active_customers,
    coalesce(orders, 0) as orders, coalesce(net_revenue, 0)::decimal(18, 2) as net_revenue,
    coalesce(contribution, 0)::decimal(18, 2) as contribution
  from cohorts
  join (select distinct month_of(business_date) as order_month from dates) as months on order_month >= cohort_month
  left join active using (cohort_month, order_month)
) to 'gold/mart_cohorts.parquet' (compression zstd);

copy (
  select
    promotion_id, promotion_name, kind, scope, scope_values, discount_rate, code, starts_on, ends_on,
    (ends_on - starts_on + 1)::int as days,
    planned_units, planned_net_revenue, 'EUR' as planned_currency
  from promotions
) to 'gold/dim_promotions.parquet' (compression zstd);

-- A line is of a promotion by its day and SKU, or by a discount that names it.
copy (
  with lines as (from ledger_lines where is_kept and not is_gift_card),
  discounted as (
    select order_line_id, promotions.promotion_id, sum(amount) as amount
    from ledger_discounts as discounts
    join promotions
      on discounts.promotion_id = promotions.promotion_id
      or (discounts.promotion_id is null and discounts.code = promotions.code and order_date between starts_on
        and ends_on)
    group by all
  ),
  matched as (
    select order_line_id, promotion_id
    from lines
    join promotions on order_date between starts_on and ends_on and (
      scope = 'sitewide' or (scope = 'category' and contains(scope_values, '"' || category || '"'))
        or (scope = 'sku' and contains(scope_values, '"' || sku || '"'))
    )
    union
    select order_line_id, promotion_id from discounted
  ),
  sums as (
    select
      promotion_id, sum(quantity) as units, sum(quantity) filter (amount is not null) as discounted_units,
      count(distinct order_id) as orders,
      count(distinct order_id) filter (customer_status = 'new') as new_customer_orders,
      sum(lines.net_revenue) as net_revenue,
      sum(amount) as discount, sum(lines.contribution) as contribution
    from matched
    join lines using (order_line_id)
    join (select order_id, customer_status from ledger) as orders using (order_id)
    left join discounted using (order_line_id, promotion_id)
    group by promotion_id
  )
  select
    promotion_id, promotion_name, kind, scope, starts_on, ends_on,
    ends_on <= (select max(business_date) from dates) as is_finished, planned_units,
    planned_net_revenue, coalesce(units, 0)::bigint as units,
    coalesce(discounted_units, 0)::bigint as discounted_units, coalesce(orders, 0) as orders,
    coalesce(new_customer_orders, 0) as new_customer_orders, coalesce(net_revenue, 0)::decimal(18, 2) as net_revenue,
    coalesce(discount, 0)::decimal(18, 2) as discount, coalesce(contribution, 0)::decimal(18, 2) as contribution
  from promotions
  left join sums using (promotion_id)
) to 'gold/mart_promotions.parquet' (compression zstd);

copy (
  with sold as (
    select
      order_date as business_date, sku, max(product_name) as sold_name, max(category) as sold_category,
      sum(quantity) as units,
      count(distinct order_id) as orders, sum(gross) as gross, sum(discounts) as discounts,
      sum(sales_ex_vat) as sales_ex_vat,
      sum(refunds_ex_vat) as refunds_ex_vat, sum(net_revenue) as net_revenue, sum(contribution) as contribution,
      sum(quantity) filter (is_replenishment) as replenishment_units,
      sum(quantity) filter (is_mini_conversion) as mini_conversion_units
    from ledger_lines where is_kept group by order_date, sku
  ),
  stock_outs as (
    select inventory_date as business_date, sku, stock_out_hours from inventory_days where stock_out_hours > 0
  )
  select
    business_date, sku, coalesce(products.product_name, sold_name, sku) as product_name,
    coalesce(products.category, sold_category, '') as category,
    coalesce(columns('^(units|orders|replenishment_units|mini_conversion_units)$'), 0)::bigint,
    coalesce(columns('^(gross|discounts|sales_ex_vat|refunds_ex_vat|net_revenue|contribution)$'), 0)::decimal(18, 2),
    coalesce(stock_out_hours, 0)::decimal(9, 2) as stock_out_hours
  from sold
  full join stock_outs using (business_date, sku)
  left join products using (sku)
) to 'gold/mart_products_daily.parquet' (compression zstd);
