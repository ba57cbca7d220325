{% set order_amounts = [
  'gross', 'discounts', 'vat', 'sales_ex_vat', 'refunds_ex_vat', 'net_revenue', 'cogs', 'cm1', 'shipping_cost',
  'packaging_cost', 'payment_fee', 'return_cost', 'contribution',
] %}
{% set renamed = {'payment_fee': 'payment_fees', 'return_cost': 'return_costs'} %}
with orders_daily as (
  select
    order_date,
    {{ count_where('not is_test') }} as orders_placed,
    {{ count_where('is_kept') }} as orders_kept,
    {{ count_where('is_kept and not is_fully_refunded') }} as orders_net_of_full_refunds,
    sum(case when is_kept then units else 0 end) as units,
    {% for amount in order_amounts %}
    sum(case when is_kept then {{ amount }} else 0 end) as {{ renamed.get(amount, amount) }},
    {% endfor %}
    sum(case when is_kept then cogs_sold else 0 end) as cogs_sold,
    {{ count_where("customer_status = 'new'") }} as new_customers,
    {{ count_where("customer_status = 'new_unknown'") }} as new_unknown_customers,
    {{ count_where("customer_status = 'returning'") }} as returning_orders
  from {{ ref('int_orders_ledgered') }}
  group by order_date
),

refunds_daily as (
  select
    refunds.refund_date,
    sum(refunds.refunds_ex_vat) as refunds_at_order_rate,
    sum(refunds.finance_refunds_ex_vat) as finance_refunds_ex_vat,
    sum(refunds.return_cost) as return_cost,
    sum(refunds.cogs_restocked) as cogs_restocked
  from {{ ref('int_refunds_booked') }} as refunds
  inner join {{ ref('int_orders_ledgered') }} as orders on refunds.order_id = orders.order_id
  where orders.is_kept
  group by refunds.refund_date
),

costs_daily as (
  select
    business_date,
    sum(case when cost_kind = 'ad_spend' then amount else 0 end) as ad_spend,
    sum(case when cost_kind = 'influencer' then amount else 0 end) as influencer_cost,
    sum(case when cost_kind = 'message' then amount else 0 end) as message_cost,
    sum(case when is_spend then amount else 0 end) as spend,
    sum(amount) as marketing_cost
  from {{ ref('int_marketing_costs_daily') }}
  group by business_date
)

select
  dates.business_date,
  {% for count in [
    'sessions', 'visitors', 'page_views', 'product_views', 'unconsented_page_views', 'unconsented_landings', 'bot_events',
  ] %}
  cast(coalesce(traffic.{{ count }}, 0) as bigint) as {{ count }},
  {% endfor %}
  {% for count in [
    'orders_placed', 'orders_kept', 'orders_net_of_full_refunds', 'units', 'new_customers', 'new_unknown_customers',
    'returning_orders',
  ] %}
  cast(coalesce(orders_daily.{{ count }}, 0) as bigint) as {{ count }},
  {% endfor %}
  {% for amount in order_amounts %}
  {{ money('coalesce(orders_daily.' ~ renamed.get(amount, amount) ~ ', 0)') }} as {{ renamed.get(amount, amount) }},
  {% endfor %}
  {% for amount in ['ad_spend', 'influencer_cost', 'message_cost', 'spend', 'marketing_cost'] %}
  {{ money('coalesce(costs_daily.' ~ amount ~ ', 0)') }} as {{ amount }},
  {% endfor %}
  {{ money('coalesce(costs_daily.marketing_cost - costs_daily.spend, 0)') }} as other_marketing_cost,
  {{ money('coalesce(orders_daily.contribution, 0) - coalesce(costs_daily.marketing_cost, 0)') }} as cm3,
  coalesce(expected.immature_orders, 0) as immature_orders,
  coalesce(expected.expected_refunds, 0) as expected_refunds,
  {{ money('coalesce(refunds_daily.finance_refunds_ex_vat, 0)') }} as finance_refunds_ex_vat,
  {{ money('coalesce(orders_daily.sales_ex_vat, 0) - coalesce(refunds_daily.finance_refunds_ex_vat, 0)') }}
    as finance_net_revenue,
  {{ money(
    'coalesce(orders_daily.sales_ex_vat - orders_daily.cogs_sold - orders_daily.shipping_cost'
    ~ ' - orders_daily.packaging_cost - orders_daily.payment_fees, 0)'
    ~ ' - coalesce(refunds_daily.finance_refunds_ex_vat + refunds_daily.return_cost - refunds_daily.cogs_restocked, 0)'
  ) }} as finance_contribution,
  {{ money('coalesce(refunds_daily.refunds_at_order_rate - refunds_daily.finance_refunds_ex_vat, 0)') }} as fx_difference
from {{ ref('int_dates_spanned') }} as dates
left join {{ ref('int_traffic_daily') }} as traffic on dates.business_date = traffic.business_date
left join orders_daily on dates.business_date = orders_daily.order_date
left join refunds_daily on dates.business_date = refunds_daily.refund_date
left join costs_daily on dates.business_date = costs_daily.business_date
left join {{ ref('int_refunds_expected') }} as expected on dates.business_date = expected.order_date
