with

{{ sources_sited() }},

campaigns as (
  select * from {{ ref('int_ad_campaigns_channeled') }}
),

campaign_candidates as (
  select sited.source_key, campaigns.*, 'campaign_id' as rule, 1 as evidence_rank, sited.site
  from sited
  inner join campaigns on sited.gad_campaign_id = lower(campaigns.campaign_id)
  union all
  select sited.source_key, campaigns.*, 'campaign_id' as rule, 2 as evidence_rank, sited.site
  from sited
  inner join campaigns on sited.utm_id = lower(campaigns.campaign_id)
  union all
  select sited.source_key, campaigns.*, 'campaign_name' as rule, 3 as evidence_rank, sited.site
  from sited
  inner join campaigns on sited.utm_campaign = lower(trim(campaigns.campaign_name))
),

known_campaigns as (
  select *
  from (
    select
      *,
      row_number() over (
        partition by source_key
        order by evidence_rank, case when platform = site then 0 else 1 end, platform, campaign_id
      ) as candidate_rank
    from campaign_candidates
  ) as ranked
  where candidate_rank = 1
),

ruled as (
  select
    *,
    {% if var('channel_mode', 'spend_aligned') == 'spend_aligned' -%}
    case when has_google_click then 'google_click_id' else {{ channel_rule_spend_aligned() }} end
    {%- else -%}
    {{ channel_rule_ga4() }}
    {%- endif %} as rule
  from (select *, utm_campaign as campaign from sited) as visits
),

posts as (
  select campaign_name, influencer_id from {{ ref('stg_influencers__posts') }}
),

influencers as (
  select * from {{ ref('stg_influencers__influencers') }}
),

influencer_marks as (
  select lower(trim(campaign_name)) as mark, min(influencer_id) as influencer_id
  from posts
  where campaign_name is not null
  group by 1
  having count(distinct influencer_id) = 1
  union all
  select lower(influencer_id), influencer_id from influencers
  union all
  select {{ regexp_replace_all('lower(handle)', '^@', '') }}, influencer_id from influencers where handle is not null
),

influencer_links as (
  select source_key, min(influencer_id) as influencer_id
  from (
    select ruled.source_key, influencer_marks.influencer_id
    from ruled
    inner join influencer_marks
      on influencer_marks.mark in (
        ruled.utm_campaign, ruled.utm_content, ruled.utm_source, {{ regexp_replace_all('ruled.utm_content', '^@', '') }}
      )
    where ruled.rule = 'influencer'
  ) as marked
  group by source_key
)

select
  ruled.source_key,
  {% if var('channel_mode', 'spend_aligned') == 'spend_aligned' -%}
  coalesce(known_campaigns.channel, {{ channel_of_rule('ruled.rule') }}) as channel,
  coalesce(known_campaigns.rule, ruled.rule) as channel_rule,
  known_campaigns.channel is null and ruled.rule = 'google_click_id' as is_channel_assumed,
  {%- else -%}
  {{ channel_of_rule('ruled.rule') }} as channel,
  ruled.rule as channel_rule,
  false as is_channel_assumed,
  {%- endif %}
  coalesce(known_campaigns.platform, influencers.platform, ruled.site) as platform,
  ruled.source,
  ruled.medium,
  coalesce(known_campaigns.campaign_name, ruled.utm_campaign) as campaign_name,
  coalesce(known_campaigns.campaign_id, '') as campaign_id,
  coalesce(influencers.influencer_id, '') as influencer_id,
  ruled.rule = 'direct' and known_campaigns.channel is null as is_direct
from ruled
left join known_campaigns on ruled.source_key = known_campaigns.source_key
left join influencer_links on ruled.source_key = influencer_links.source_key
left join influencers on influencer_links.influencer_id = influencers.influencer_id
