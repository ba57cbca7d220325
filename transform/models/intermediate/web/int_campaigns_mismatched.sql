{{ config(materialized='view') }}

with

spend as (
  select
    platform,
    campaign_id,
    max(campaign_name) as campaign_name,
    sum(amount) as spend
  from {{ ref('int_marketing_costs_daily') }}
  where cost_kind = 'ad_spend'
  group by platform, campaign_id
  having sum(amount) > 0
),

visits as (
  select platform, campaign_id, campaign_name, channel, source_key, count(*) as sessions
  from {{ ref('int_sessions_built') }}
  where channel <> 'Direct'
  group by platform, campaign_id, campaign_name, channel, source_key
),

campaigns_seen as (
  select distinct platform, campaign_id from visits where campaign_id <> ''
),

-- Spellings as they stand in links, before a known campaign's name replaces them.
sources as (
  select source_key, min(utm_campaign) as utm_campaign
  from {{ ref('int_events_cleaned') }}
  where utm_campaign is not null
  group by source_key
),

spellings as (
  select
    {{ regexp_replace_all('sources.utm_campaign', '[^a-z0-9]', '') }} as normal_name,
    sources.utm_campaign as campaign_name,
    sum(visits.sessions) as sessions
  from visits
  inner join sources on visits.source_key = sources.source_key
  group by sources.utm_campaign
)

select
  'spend_without_sessions' as kind,
  spend.platform || ' ' || spend.campaign_id as item,
  spend.campaign_name as detail,
  spend.spend,
  0 as sessions
from spend
left join campaigns_seen on spend.platform = campaigns_seen.platform and spend.campaign_id = campaigns_seen.campaign_id
where campaigns_seen.campaign_id is null
union all
select
  'sessions_without_spend',
  trim(visits.platform || ' ' || coalesce(nullif(visits.campaign_id, ''), visits.campaign_name, '')),
  max(visits.channel),
  0,
  sum(visits.sessions)
from visits
left join spend on visits.platform = spend.platform and visits.campaign_id = spend.campaign_id
where spend.campaign_id is null
  and visits.channel in (
    'Cross-network', 'Paid Shopping', 'Paid Search', 'Paid Social', 'Paid Video', 'Display', 'Paid Other'
  )
group by 2
union all
select
  'spelling_variants',
  normal_name,
  {{ join_text('campaign_name', ' | ', 'campaign_name') }},
  0,
  sum(sessions)
from spellings
where normal_name <> ''
group by normal_name
having count(*) > 1
