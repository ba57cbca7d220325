{{ config(materialized='reach', reach='performance') }}

select touched_date from {{ touched('sessions') }} as visit_dates
union
select touched_date from {{ touched('credits') }} as credit_dates
union
select business_date
from {{ changed_rows(ref('int_marketing_costs_daily'), 'int_marketing_costs_daily', [
  'business_date', 'channel', 'platform', 'campaign_id', 'campaign_name', 'influencer_id', 'cost_kind', 'is_spend',
  'impressions', 'clicks', 'amount',
]) }} as changed_costs
union
-- An influencer by another name; of one that is not listed the name may have been another when it was.
select performance.business_date
from {{ published('mart_campaign_performance') }} as performance
left join {{ ref('stg_influencers__influencers') }} as influencers
  on performance.influencer_id = influencers.influencer_id
where performance.influencer_id <> ''
  and performance.campaign_name is distinct from influencers.influencer_name
