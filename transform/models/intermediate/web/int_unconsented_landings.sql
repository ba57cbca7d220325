{{ config(replace_by='business_date', reach='sessions') }}

select
  sources.channel,
  sources.platform,
  events.country,
  events.device_type,
  cast(count(*) as bigint) as landings,
  events.event_date as business_date
from {{ ref('int_events_cleaned') }} as events
inner join {{ ref('int_sources_classified') }} as sources on events.source_key = sources.source_key
where events.event_date in {{ touched('sessions') }}
  and events.source_key is not null
  and events.event_name = 'page_view'
  and not events.has_consent
  and not events.is_bot
  and not sources.is_direct
group by events.event_date, sources.channel, sources.platform, events.country, events.device_type
