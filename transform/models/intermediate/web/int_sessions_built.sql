{{ config(partition_by='session_month', replace_by='session_date', reach='sessions') }}

{%- set events %}(
  select * from {{ ref('int_events_cleaned') }}
  where visitor_key is not null and not is_bot
    and event_date in (
      select {{ add_days('touched_date', 'days') }} from {{ touched('sessions') }} as dates
      cross join (select -1 as days union all select 0 union all select 1) as shifts
    )
){% endset -%}

with

{{ events_numbered_by_session(events) }},

sessions as (
  select
    visitor_key,
    min(event_date) as session_date,
    min(occurred_at) as started_at,
    max(occurred_at) as ended_at,
    min(case when is_start = 1 then event_id end) as first_event_id,
    count(*) as events,
    {{ count_where("event_name = 'page_view'") }} as page_views,
    {{ count_where("event_name = 'product_view'") }} as product_views,
    {{ count_where("event_name = 'add_to_cart'") }} as carts,
    {{ count_where("event_name = 'begin_checkout'") }} as checkouts,
    {{ count_where("event_name = 'purchase'") }} as purchases
  from numbered
  group by visitor_key, session_number
),

kept as (
  select * from sessions where session_date in {{ touched('sessions') }}
),

first_events as (
  select
    kept.visitor_key,
    kept.started_at,
    events.device_type,
    events.country,
    events.region,
    events.page_path
  from kept
  inner join {{ events }} as events
    on kept.first_event_id = events.event_id and kept.started_at = events.occurred_at
),

source_events as (
  select
    kept.visitor_key,
    kept.started_at,
    events.source_key,
    events.has_click_id,
    row_number() over (
      partition by kept.visitor_key, kept.started_at order by events.occurred_at, events.event_id
    ) as source_rank
  from {{ events }} as events
  inner join kept
    on events.visitor_key = kept.visitor_key and events.occurred_at between kept.started_at and kept.ended_at
  inner join {{ ref('int_sources_classified') }} as sources on events.source_key = sources.source_key
  where not sources.is_direct
),

first_sources as (
  select * from source_events where source_rank = 1
)

select
  {{ hash_key(['kept.visitor_key', epoch_micros('kept.started_at')]) }} as session_key,
  kept.visitor_key,
  kept.started_at,
  kept.ended_at,
  first_sources.source_key,
  coalesce(sources.channel, 'Direct') as channel,
  coalesce(sources.channel_rule, 'direct') as channel_rule,
  coalesce(sources.is_channel_assumed, false) as is_channel_assumed,
  coalesce(sources.platform, '') as platform,
  coalesce(sources.source, '') as source,
  coalesce(sources.medium, '') as medium,
  coalesce(sources.campaign_name, '') as campaign_name,
  coalesce(sources.campaign_id, '') as campaign_id,
  coalesce(sources.influencer_id, '') as influencer_id,
  coalesce(first_sources.has_click_id, false) as has_click_id,
  first_events.device_type,
  first_events.country,
  first_events.region,
  first_events.page_path as landing_path,
  kept.events,
  kept.page_views,
  kept.product_views,
  kept.carts,
  kept.checkouts,
  kept.product_views > 0 as has_product_view,
  kept.product_views > 0 and kept.carts > 0 as has_cart,
  kept.product_views > 0 and kept.carts > 0 and kept.checkouts > 0 as has_checkout,
  kept.product_views > 0 and kept.carts > 0 and kept.checkouts > 0 and kept.purchases > 0 as has_order,
  kept.purchases > 0 as has_purchase,
  kept.session_date,
  {{ month_start('kept.session_date') }} as session_month
from kept
inner join first_events on kept.visitor_key = first_events.visitor_key and kept.started_at = first_events.started_at
left join first_sources on kept.visitor_key = first_sources.visitor_key and kept.started_at = first_sources.started_at
left join {{ ref('int_sources_classified') }} as sources on first_sources.source_key = sources.source_key
