{{ config(partition_by='business_month', replace_by='business_date', reach='performance') }}

select
  attribution_model,
  channel,
  platform,
  cast(sum(sessions) as bigint) as sessions,
  cast(sum(impressions) as bigint) as impressions,
  cast(sum(clicks) as bigint) as clicks,
  {{ sum_money('spend') }} as spend,
  {{ sum_money('cost') }} as cost,
  cast(sum(credited_orders) as decimal(18, 6)) as credited_orders,
  {{ sum_money('credited_sales_ex_vat') }} as credited_sales_ex_vat,
  {{ sum_money('credited_net_revenue') }} as credited_net_revenue,
  {{ sum_money('credited_contribution') }} as credited_contribution,
  {{ sum_money('clawed_back_net_revenue') }} as clawed_back_net_revenue,
  cast(sum(credited_new_customers) as decimal(18, 6)) as credited_new_customers,
  business_date,
  business_month
from {{ ref('mart_campaign_performance') }}
where business_date in {{ touched('performance') }}
group by business_date, business_month, attribution_model, channel, platform
