{{ config(partition_by='event_date', reach='events') }}

with

read_dates as (
  select distinct {{ add_days('touched_date', 'shift') }} as utc_date
  from {{ touched('events') }} as dates
  cross join (select -1 as shift union all select 0 union all select 1) as shifts
),

arrived as (
  select *
  from {{ ref('stg_web__events') }}
  where utc_date in (select utc_date from read_dates)
),

repeated as (
  select event_id, utc_date
  from arrived
  group by event_id, utc_date
  having count(*) > 1
),

-- Only ids that came more than once are ordered: a window over every wide row costs more than all the rest.
kept_of_repeated as (
  select event_id, utc_date, _delivery_id, _record_number
  from (
    select
      arrived.event_id,
      arrived.utc_date,
      arrived._delivery_id,
      arrived._record_number,
      row_number() over (
        partition by arrived.event_id, arrived.utc_date
        order by arrived._arrived_at, arrived._delivery_id, arrived._record_number
      ) as arrival
    from arrived
    inner join repeated on arrived.event_id = repeated.event_id and arrived.utc_date = repeated.utc_date
  ) as ordered
  where arrival = 1
),

deduplicated as (
  select arrived.*
  from arrived
  left join repeated on arrived.event_id = repeated.event_id and arrived.utc_date = repeated.utc_date
  left join kept_of_repeated
    on arrived.event_id = kept_of_repeated.event_id
    and arrived.utc_date = kept_of_repeated.utc_date
    and arrived._delivery_id = kept_of_repeated._delivery_id
    and arrived._record_number = kept_of_repeated._record_number
  where repeated.event_id is null or kept_of_repeated.event_id is not null
),

dated as (
  select
    *,
    {{ business_date('occurred_at') }} as event_date,
    consent_analytics = 'granted'
    {%- if var('consent_unknown', 'denied') == 'granted' %} or consent_analytics = 'unknown'{% endif %} as has_consent,
    {{ url_raw_host('page_url') }} as page_host,
    {{ url_raw_host('referrer') }} as referrer_host
  from deduplicated
),

wanted as (
  select * from dated where event_date in {{ touched('events') }}
),

user_agents as (
  select
    user_agent,
    {{ is_crawler('user_agent') }} as is_crawler,
    {{ device_of('user_agent') }} as device_type
  from (select distinct user_agent from wanted where user_agent is not null) as seen
),

busy_visitor_days as (
  select anonymous_id, event_date, count(*) as events
  from wanted
  where has_consent and anonymous_id is not null
  group by anonymous_id, event_date
  having count(*) > least({{ max_events_per_visitor_minute() }}, {{ max_events_per_visitor_day() }})
),

inhuman_visitor_days as (
  select anonymous_id, event_date
  from busy_visitor_days
  where events > {{ max_events_per_visitor_day() }}
  union
  select wanted.anonymous_id, wanted.event_date
  from wanted
  inner join busy_visitor_days
    on wanted.anonymous_id = busy_visitor_days.anonymous_id and wanted.event_date = busy_visitor_days.event_date
  group by wanted.anonymous_id, wanted.event_date, date_trunc('minute', wanted.occurred_at)
  having count(*) > {{ max_events_per_visitor_minute() }}
),

flagged as (
  select
    wanted.*,
    wanted.device_type = 'bot' or coalesce(user_agents.is_crawler, false)
    or inhuman_visitor_days.anonymous_id is not null as is_inhuman,
    user_agents.device_type as agent_device_type,
    wanted.referrer_host is not null
    and wanted.referrer_host is distinct from wanted.page_host
    and 'www.' || wanted.referrer_host is distinct from wanted.page_host
    and wanted.referrer_host is distinct from 'www.' || wanted.page_host as has_outside_referrer
  from wanted
  left join user_agents on wanted.user_agent = user_agents.user_agent
  left join inhuman_visitor_days
    on wanted.anonymous_id = inhuman_visitor_days.anonymous_id
    and wanted.event_date = inhuman_visitor_days.event_date
),

sourced as (
  select
    *,
    has_outside_referrer
    or utm_source is not null
    or utm_medium is not null
    or utm_campaign is not null
    or utm_id is not null
    or gad_campaign_id is not null
    or has_google_click
    or has_microsoft_click as has_source
  from flagged
)

select
  event_id,
  occurred_at,
  event_name,
  case when has_consent then anonymous_id end as visitor_key,
  case when has_consent then customer_id end as customer_id,
  case when has_consent then email_hash end as email_hash,
  has_consent,
  coalesce(is_inhuman, false) as is_bot,
  {{ url_path('page_url') }} as page_path,
  case when device_type in ('desktop', 'mobile', 'tablet') then device_type else coalesce(agent_device_type, 'other') end
    as device_type,
  coalesce(country, '') as country,
  coalesce(region, '') as region,
  sku,
  transaction_id,
  case
    when has_source
      then {{ hash_key([
        "lower(utm_source)", "lower(utm_medium)", "lower(utm_campaign)", "lower(utm_content)", "lower(utm_id)",
        "lower(gad_campaign_id)", "has_google_click", "has_microsoft_click",
        "case when has_outside_referrer then referrer_host end",
      ]) }}
  end as source_key,
  case when has_source then lower(trim(utm_source)) end as utm_source,
  case when has_source then lower(trim(utm_medium)) end as utm_medium,
  case when has_source then lower(trim(utm_campaign)) end as utm_campaign,
  case when has_source then lower(trim(utm_content)) end as utm_content,
  case when has_source then lower(trim(utm_id)) end as utm_id,
  case when has_source then lower(trim(gad_campaign_id)) end as gad_campaign_id,
  has_click_id,
  case when has_source then has_google_click end as has_google_click,
  case when has_source then has_microsoft_click end as has_microsoft_click,
  case when has_outside_referrer then referrer_host end as referrer_host,
  event_date
from sourced
