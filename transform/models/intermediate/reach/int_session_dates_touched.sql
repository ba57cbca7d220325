{{ config(materialized='reach', reach='sessions') }}

-- A visit may start the day before the event that brought its source.
with reclassified as (
  select distinct source_key
  from {{ changed_rows(ref('int_sources_classified'), 'int_sources_classified', [
    'source_key', 'channel', 'channel_rule', 'is_channel_assumed', 'platform', 'source', 'medium', 'campaign_name',
    'campaign_id', 'influencer_id', 'is_direct',
  ]) }} as changed
)

select distinct {{ add_days('events.event_date', 'shifts.days') }} as touched_date
from {{ ref('int_events_cleaned') }} as events
inner join reclassified on events.source_key = reclassified.source_key
cross join (select -1 as days union all select 0) as shifts
