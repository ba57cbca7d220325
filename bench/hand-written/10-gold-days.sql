-- A day of the shop: visits, orders, refunds, costs and what is still to come back.
copy (
  with orders as (
    select
      order_date as business_date, count(*) filter (not is_test) as orders_placed,
      count(*) filter (is_kept) as orders_kept,
      count(*) filter (is_kept and not is_fully_refunded) as orders_net_of_full_refunds,
      count(*) filter (customer_status = 'new') as new_customers,
      count(*) filter (customer_status = 'new_unknown') as new_unknown_customers,
      count(*) filter (customer_status = 'returning') as returning_orders,
      sum(columns(lambda name: name in (
        'units', 'gross', 'discounts', 'vat', 'sales_ex_vat', 'refunds_ex_vat', 'net_revenue', 'cogs', 'cogs_sold',
        'cm1', 'shipping_cost', 'packaging_cost', 'payment_fee', 'return_cost', 'contribution'
      ))) filter (is_kept)
    from ledger group by order_date
  ),
  returned as (
    select
      refund_date as business_date, sum(refunds.refunds_ex_vat) as at_order_rate,
      sum(finance_refunds_ex_vat) as refunds,
      sum(refunds.return_cost) as return_cost, sum(refunds.cogs_restocked) as restocked
    from refunds_booked as refunds
    semi join ledger on refunds.order_id = ledger.order_id and ledger.is_kept
    group by refund_date
  ),
  costs as (
    select
      business_date, sum(amount) filter (cost_kind = 'ad_spend') as ad_spend,
      sum(amount) filter (cost_kind = 'influencer') as influencer_cost,
      sum(amount) filter (cost_kind = 'message') as message_cost, sum(amount) filter (is_spend) as spend,
      sum(amount) as marketing_cost
    from marketing_costs group by business_date
  ),
  delays as (
    select refund_date - refunds.order_date as delay, sum(refunds.refunds_ex_vat) as amount
    from refunds_booked as refunds
    semi join ledger on refunds.order_id = ledger.order_id and ledger.is_kept and is_mature
    group by 1
  ),
  young as (
    select order_date as business_date, sum(sales_ex_vat) as sales, count(*) as orders,
      (select max(order_date) from ledger where is_kept) - order_date as age
    from ledger where is_kept and not is_mature group by order_date
  ),
  expected as (
    select
      business_date, orders as immature_orders,
      share_of(sales, coalesce(sum(amount), 0),
        (select sum(sales_ex_vat) from ledger where is_kept and is_mature)) as expected_refunds
    from young left join delays on delay > age
    group by business_date, sales, orders
  ),
  landings as (
    select event_date as business_date, count(*) as landings
    from events where source_id is not null and event_name = 'page_view' and not has_consent and not is_bot
      and is_marketing group by event_date
  ),
  visits as (select session_date as business_date, count(*) as sessions from sessions group by session_date)
  select
    dates.business_date, coalesce(sessions, 0) as sessions, coalesce(visitors, 0) as visitors,
    coalesce(page_views, 0) as page_views,
    coalesce(product_views, 0) as product_views, coalesce(unconsented_page_views, 0) as unconsented_page_views,
    coalesce(landings, 0) as unconsented_landings, coalesce(bot_events, 0) as bot_events,
    coalesce(columns(lambda name: name in (
      'orders_placed', 'orders_kept', 'orders_net_of_full_refunds', 'units', 'new_customers', 'new_unknown_customers',
      'returning_orders'
    )), 0)::bigint,
    coalesce(columns(lambda name: name in (
      'gross', 'discounts', 'vat', 'sales_ex_vat', 'refunds_ex_vat', 'net_revenue', 'cogs', 'cm1', 'shipping_cost',
      'packaging_cost', 'contribution'
    )), 0)::decimal(18, 2),
    coalesce(payment_fee, 0)::decimal(18, 2) as payment_fees,
    coalesce(orders.return_cost, 0)::decimal(18, 2) as return_costs,
    coalesce(columns('^(ad_spend|influencer_cost|message_cost|spend|marketing_cost)$'), 0)::decimal(18, 2),
    coalesce(marketing_cost - coalesce(spend, 0), 0)::decimal(18, 2) as other_marketing_cost,
    (coalesce(contribution, 0) - coalesce(marketing_cost, 0))::decimal(18, 2) as cm3,
    coalesce(immature_orders, 0)::int as immature_orders, coalesce(expected_refunds, 0) as expected_refunds,
    coalesce(refunds, 0)::decimal(18, 2) as finance_refunds_ex_vat,
    (coalesce(sales_ex_vat, 0) - coalesce(refunds, 0))::decimal(18, 2) as finance_net_revenue,
    (coalesce(sales_ex_vat - cogs_sold - shipping_cost - packaging_cost - payment_fee,
      0) - coalesce(refunds + returned.return_cost - restocked, 0))::decimal(18, 2) as finance_contribution,
    coalesce(at_order_rate - refunds, 0)::decimal(18, 2) as fx_difference
  from dates
  left join web_days on dates.business_date = web_days.event_date
  left join visits on dates.business_date = visits.business_date
  left join landings on dates.business_date = landings.business_date
  left join orders on dates.business_date = orders.business_date
  left join returned on dates.business_date = returned.business_date
  left join costs on dates.business_date = costs.business_date
  left join expected on dates.business_date = expected.business_date
) to 'gold/mart_shop_daily.parquet' (compression zstd);
