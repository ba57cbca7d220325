{{ config(partition_by='business_month', replace_by='business_date', reach='performance') }}

with

influencers as (
  select * from {{ ref('stg_influencers__influencers') }}
),

-- A campaign is known by its platform's id; else by its influencer; else by its name in the link.
sessions as (
  select
    session_date as business_date,
    channel,
    platform,
    coalesce(nullif(campaign_id, ''), nullif(influencer_id, ''), lower(campaign_name)) as campaign_id,
    max(campaign_name) as campaign_name,
    max(influencer_id) as influencer_id,
    count(*) as sessions
  from {{ ref('int_sessions_built') }}
  where session_date in {{ touched('performance') }}
  group by 1, 2, 3, 4
),

costs as (
  select
    business_date,
    channel,
    platform,
    coalesce(nullif(campaign_id, ''), nullif(influencer_id, ''), lower(campaign_name)) as campaign_id,
    max(campaign_name) as campaign_name,
    max(influencer_id) as influencer_id,
    sum(impressions) as impressions,
    sum(clicks) as clicks,
    sum(case when is_spend then amount else 0 end) as spend,
    sum(amount) as cost
  from {{ ref('int_marketing_costs_daily') }}
  where business_date in {{ touched('performance') }}
  group by 1, 2, 3, 4
),

credits as (
  select
    order_date as business_date,
    attribution_model,
    channel,
    platform,
    coalesce(nullif(campaign_id, ''), nullif(influencer_id, ''), lower(campaign_name)) as campaign_id,
    max(campaign_name) as campaign_name,
    max(influencer_id) as influencer_id,
    sum(credited_orders) as credited_orders,
    sum(credited_sales_ex_vat) as credited_sales_ex_vat,
    sum(credited_net_revenue) as credited_net_revenue,
    sum(credited_contribution) as credited_contribution,
    sum(clawed_back_net_revenue) as clawed_back_net_revenue,
    sum(credited_new_customers) as credited_new_customers
  from {{ ref('fct_attribution_credits') }}
  where order_date in {{ touched('performance') }}
  group by 1, 2, 3, 4, 5
),

models as (
  {%- for model in attribution_models() %}
  select '{{ model }}' as attribution_model
  {%- if not loop.last %}
  union all
  {%- endif %}
  {%- endfor %}
),

measures as (
  select
    sessions.business_date, models.attribution_model, sessions.channel, sessions.platform, sessions.campaign_id,
    sessions.campaign_name, sessions.influencer_id, sessions.sessions, 0 as impressions, 0 as clicks, 0 as spend, 0 as cost,
    0 as credited_orders, 0 as credited_sales_ex_vat, 0 as credited_net_revenue, 0 as credited_contribution,
    0 as clawed_back_net_revenue, 0 as credited_new_customers
  from sessions
  cross join models
  union all
  select
    costs.business_date, models.attribution_model, costs.channel, costs.platform, costs.campaign_id,
    costs.campaign_name, costs.influencer_id, 0, costs.impressions, costs.clicks, costs.spend, costs.cost,
    0, 0, 0, 0, 0, 0
  from costs
  cross join models
  union all
  select
    business_date, attribution_model, channel, platform, campaign_id, campaign_name, influencer_id, 0, 0, 0, 0, 0,
    credited_orders, credited_sales_ex_vat, credited_net_revenue, credited_contribution,
    clawed_back_net_revenue, credited_new_customers
  from credits
),

summed as (
  select
    business_date,
    attribution_model,
    channel,
    platform,
    campaign_id,
    max(campaign_name) as campaign_name,
    max(influencer_id) as influencer_id,
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
    cast(sum(credited_new_customers) as decimal(18, 6)) as credited_new_customers
  from measures
  group by business_date, attribution_model, channel, platform, campaign_id
)

select
  summed.attribution_model,
  summed.channel,
  summed.platform,
  summed.campaign_id,
  coalesce(influencers.influencer_name, summed.campaign_name) as campaign_name,
  summed.influencer_id,
  summed.sessions,
  summed.impressions,
  summed.clicks,
  summed.spend,
  summed.cost,
  summed.credited_orders,
  summed.credited_sales_ex_vat,
  summed.credited_net_revenue,
  summed.credited_contribution,
  summed.clawed_back_net_revenue,
  summed.credited_new_customers,
  summed.business_date,
  {{ month_start('summed.business_date') }} as business_month
from summed
left join influencers on summed.influencer_id = influencers.influencer_id
