{{ config(partition_by='event_month', replace_by='event_date', reach='events') }}

{#- Wide rows pass once, from scan to file: every list joined to them is gathered by a narrow scan of its own. -#}
{%- set arrived %}(
  select * from {{ ref('stg_web__events') }}
  where utc_date in (
    select {{ add_days('touched_date', 'days') }} from {{ touched('events') }} as dates
    cross join (select -1 as days union all select 0 union all select 1) as shifts
  )
){% endset %}

with

repeated as (
  select event_id, utc_date
  from {{ arrived }} as arrived
  group by event_id, utc_date
  having count(*) > 1
),

repetitions as (
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
    from {{ arrived }} as arrived
    inner join repeated on arrived.event_id = repeated.event_id and arrived.utc_date = repeated.utc_date
  ) as ordered
  where arrival > 1
),

user_agents as (
  select
    user_agent,
    {{ is_crawler('user_agent') }} as is_crawler,
    {{ device_of('user_agent') }} as device_type
  from (select distinct user_agent from {{ arrived }} as arrived where user_agent is not null) as seen
),

-- A business date lies in at most two UTC dates, so a visitor above a limit is above half of it in one of them.
busy_visitors as (
  select distinct anonymous_id
  from (
    select anonymous_id
    from {{ arrived }} as arrived
    where anonymous_id is not null
    group by anonymous_id, utc_date
    having count(*) * 2 > least({{ max_events_per_visitor_minute() }}, {{ max_events_per_visitor_day() }})
  ) as busy_days
),

busy_minutes as (
  select
    arrived.anonymous_id,
    {{ business_date('arrived.occurred_at') }} as event_date,
    date_trunc('minute', arrived.occurred_at) as minute,
    count(*) as events,
    {{ count_where("arrived.event_name = 'page_view'") }} as pages
  from {{ arrived }} as arrived
  inner join busy_visitors on arrived.anonymous_id = busy_visitors.anonymous_id
  left join repetitions
    on arrived.event_id = repetitions.event_id
    and arrived.utc_date = repetitions.utc_date
    and arrived._delivery_id = repetitions._delivery_id
    and arrived._record_number = repetitions._record_number
  where repetitions.event_id is null
  group by 1, 2, 3
),

inhuman_visitor_days as (
  select anonymous_id, event_date
  from busy_minutes
  group by anonymous_id, event_date
  having sum(events) > {{ max_events_per_visitor_day() }}
    or max(events) > {{ max_events_per_visitor_minute() }}
    or sum(case when pages >= {{ hurried_pages_per_minute() }} then pages end) > {{ max_hurried_pages_per_visitor_day() }}
),

dated as (
  select
    arrived.*,
    {{ business_date('arrived.occurred_at') }} as event_date,
    arrived.consent_analytics = 'granted'
    {%- if var('consent_unknown', 'denied') == 'granted' %} or arrived.consent_analytics = 'unknown'{% endif %} as has_consent,
    {{ url_raw_host('arrived.page_url') }} as page_host,
    {{ url_raw_host('arrived.referrer') }} as referring_host
  from {{ arrived }} as arrived
  left join repetitions
    on arrived.event_id = repetitions.event_id
    and arrived.utc_date = repetitions.utc_date
    and arrived._delivery_id = repetitions._delivery_id
    and arrived._record_number = repetitions._record_number
  where repetitions.event_id is null
),

flagged as (
  select
    dated.*,
    coalesce(dated.device_type = 'bot', false)
    or coalesce(user_agents.is_crawler, false)
    or inhuman_visitor_days.anonymous_id is not null as is_bot,
    user_agents.device_type as agent_device_type,
    case
      when dated.referring_host = dated.page_host
        or 'www.' || dated.referring_host = dated.page_host
        or dated.referring_host = 'www.' || dated.page_host
      then null
      else dated.referring_host
    end as referrer_host
  from dated
  left join user_agents on dated.user_agent = user_agents.user_agent
  left join inhuman_visitor_days
    on dated.anonymous_id = inhuman_visitor_days.anonymous_id
    and dated.event_date = inhuman_visitor_days.event_date
  where dated.event_date in {{ touched('events') }}
),

sourced as (
  select
    *,
    coalesce(utm_source, utm_medium, utm_campaign, utm_id, gad_campaign_id, referrer_host) is not null
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
  is_bot,
  {{ url_path('page_url') }} as page_path,
  case
    when device_type in ('desktop', 'mobile', 'tablet') then device_type
    else coalesce(agent_device_type, 'other')
  end as device_type,
  coalesce(country, '') as country,
  coalesce(region, '') as region,
  sku,
  transaction_id,
  case
    when has_source
    then {{ hash_key([
      "lower(trim(utm_source))", "lower(trim(utm_medium))", "lower(trim(utm_campaign))", "lower(trim(utm_content))",
      "lower(trim(utm_id))", "lower(trim(gad_campaign_id))", "has_google_click", "has_microsoft_click", "referrer_host",
    ]) }}
  end as source_key,
  lower(trim(utm_source)) as utm_source,
  lower(trim(utm_medium)) as utm_medium,
  lower(trim(utm_campaign)) as utm_campaign,
  lower(trim(utm_content)) as utm_content,
  lower(trim(utm_id)) as utm_id,
  lower(trim(gad_campaign_id)) as gad_campaign_id,
  has_google_click,
  has_microsoft_click,
  has_click_id,
  referrer_host,
  event_date,
  {{ month_start('event_date') }} as event_month
from sourced
