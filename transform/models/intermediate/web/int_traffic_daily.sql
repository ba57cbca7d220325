{{ config(replace_by='business_date', reach='sessions') }}

-- Events without consent that came from outside are landings: they have no visitor and no session.
with

events as (
  select
    event_date as business_date,
    {{ count_where("not is_bot and event_name = 'page_view'") }} as page_views,
    {{ count_where("not is_bot and event_name = 'product_view'") }} as product_views,
    {{ count_where("not is_bot and not has_consent and event_name = 'page_view'") }} as unconsented_page_views,
    {{ count_where('is_bot') }} as bot_events,
    count(distinct case when not is_bot then visitor_key end) as visitors
  from {{ ref('int_events_cleaned') }}
  where event_date in {{ touched('sessions') }}
  group by event_date
),

landings as (
  select business_date, sum(landings) as unconsented_landings
  from {{ ref('int_unconsented_landings') }}
  group by business_date
),

sessions as (
  select session_date as business_date, count(*) as sessions
  from {{ ref('int_sessions_built') }}
  where session_date in {{ touched('sessions') }}
  group by session_date
)

select
  cast(coalesce(sessions.sessions, 0) as bigint) as sessions,
  cast(events.visitors as bigint) as visitors,
  cast(events.page_views as bigint) as page_views,
  cast(events.product_views as bigint) as product_views,
  cast(events.unconsented_page_views as bigint) as unconsented_page_views,
  cast(coalesce(landings.unconsented_landings, 0) as bigint) as unconsented_landings,
  cast(events.bot_events as bigint) as bot_events,
  events.business_date
from events
left join landings on events.business_date = landings.business_date
left join sessions on events.business_date = sessions.business_date
