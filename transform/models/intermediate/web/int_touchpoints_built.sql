{{ config(partition_by='touch_month', replace_by='touch_date', reach='sessions') }}

with

sessions as (
  select * from {{ ref('int_sessions_built') }} where session_date in {{ touched('sessions') }}
),

sources as (
  select
    *,
    {{ hash_key(['channel', 'platform', 'source', 'medium', 'campaign_name', 'campaign_id', 'influencer_id']) }}
      as marketing_source
  from {{ ref('int_sources_classified') }}
  where not is_direct
),

source_events as (
  select visitor_key, occurred_at, event_id, source_key
  from {{ ref('int_events_cleaned') }}
  where source_key is not null
    and visitor_key is not null
    and not is_bot
    and event_date in (
      select {{ add_days('touched_date', 'days') }} from {{ touched('sessions') }} as dates
      cross join (select 0 as days union all select 1) as shifts
    )
),

seen_in_session as (
  select
    sessions.session_key,
    sessions.session_date,
    sessions.session_month,
    sessions.visitor_key,
    source_events.occurred_at,
    source_events.source_key,
    sources.marketing_source,
    lag(sources.marketing_source) over (
      partition by sessions.session_key order by source_events.occurred_at, source_events.event_id
    ) as previous_source
  from source_events
  inner join sessions
    on source_events.visitor_key = sessions.visitor_key
    and source_events.occurred_at between sessions.started_at and sessions.ended_at
  inner join sources on source_events.source_key = sources.source_key
),

source_changes as (
  select
    session_key,
    session_date,
    session_month,
    visitor_key,
    occurred_at,
    min(source_key) as source_key
  from seen_in_session
  where previous_source is not null and previous_source <> marketing_source
  group by session_key, session_date, session_month, visitor_key, occurred_at
)

select
  session_key as touchpoint_key,
  started_at as touched_at,
  visitor_key,
  session_key,
  'session' as kind,
  channel,
  platform,
  campaign_id,
  campaign_name,
  influencer_id,
  channel = 'Direct' as is_direct,
  session_date as touch_date,
  session_month as touch_month
from sessions
union all
select
  {{ hash_key(['source_changes.session_key', epoch_micros('source_changes.occurred_at')]) }} as touchpoint_key,
  source_changes.occurred_at as touched_at,
  source_changes.visitor_key,
  source_changes.session_key,
  'source_change' as kind,
  sources.channel,
  sources.platform,
  sources.campaign_id,
  sources.campaign_name,
  sources.influencer_id,
  false as is_direct,
  source_changes.session_date as touch_date,
  source_changes.session_month as touch_month
from source_changes
inner join sources on source_changes.source_key = sources.source_key
