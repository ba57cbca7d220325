-- Events of persons to visits, each with the channel that brought it.
-- Each event once; crawlers by their name, programs by a pace that no person keeps.
create table events as
with repetitions as (
  select row_id
  from (
    select web_events.rowid as row_id,
      row_number() over (partition by event_id, occurred_at::date order by filename) as arrival
    from web_events
    where event_id in (select event_id from web_events group by event_id having count(*) > 1)
  )
  where arrival > 1
),
agents as (
  select ua, is_crawler(ua) as is_crawler, device_of(ua) as device_type
  from (select distinct ua from web_events where ua is not null)
),
busy as (
  select visitor, event_date from web_events where visitor is not null group by all having count(*) > 60
),
minutes as (
  select visitor, event_date, date_trunc('minute', occurred_at) as minute, count(*) as events,
    count(*) filter (event_name = 'page_view') as pages
  from web_events
  semi join busy using (visitor, event_date)
  where web_events.rowid not in (from repetitions)
  group by all
),
programs as (
  select visitor, event_date
  from minutes
  group by all
  having sum(events) > 1000 or max(events) > 60 or sum(pages) filter (pages >= 10) > 100
)
select
  event_id, occurred_at, web_events.event_date, event_name, has_consent, web_events.visitor, customer_id, email_key,
  country, region, url, order_id, has_click_id,
  coalesce(device_type, 'other') as device_type, coalesce(is_crawler, false) or programs.visitor is not null as is_bot,
  source_id,
  coalesce(is_marketing, false) as is_marketing
from web_events
left join agents using (ua)
left join programs on web_events.visitor = programs.visitor and web_events.event_date = programs.event_date
left join sources using (evidence)
where web_events.rowid not in (from repetitions);
drop table web_events;

create table web_days as
select
  event_date, count(*) filter (not is_bot and event_name = 'page_view') as page_views,
  count(*) filter (not is_bot and event_name = 'product_view') as product_views,
  count(*) filter (not is_bot and event_name = 'page_view' and not has_consent) as unconsented_page_views,
  count(*) filter (is_bot) as bot_events, count(distinct visitor) filter (not is_bot) as visitors
from events
group by event_date;

-- A visit ends with 30 minutes of silence.
create table session_events as
select
  * exclude (is_start),
  sum(is_start) over (partition by visitor order by occurred_at,
    event_id rows unbounded preceding)::int as session_number
from (
  select
    visitor, occurred_at, event_id, event_date, event_name, url, device_type, country, region, has_click_id, source_id,
    is_marketing,
    case when occurred_at - lag(occurred_at) over (partition by visitor order by occurred_at,
      event_id) <= interval 30 minute then 0 else 1 end as is_start
  from events
  where visitor is not null and not is_bot
);

create table sessions as
with grouped as (
  select
    visitor, session_number, min(occurred_at) as started_at, max(occurred_at) as ended_at,
    min(event_date) as session_date,
    arg_min({url: url, device_type: device_type, country: country, region: region},
      (occurred_at, event_id)) as landing,
    arg_min({source_id: source_id, has_click_id: has_click_id},
      (occurred_at, event_id)) filter (is_marketing) as first_source,
    count(*) filter (event_name = 'page_view') as page_views,
    count(*) filter (event_name = 'product_view') as product_views,
    count(*) filter (event_name = 'add_to_cart') as carts,
    count(*) filter (event_name = 'begin_checkout') as checkouts,
    count(*) filter (event_name = 'purchase') as purchases
  from session_events
  group by all
)
select
  md5(visitor || '|' || epoch_us(started_at)) as session_key, visitor, session_number, started_at, ended_at,
  first_source.source_id as source_id,
  coalesce(channel, 'Direct') as channel, coalesce(channel_rule, 'direct') as channel_rule,
  coalesce(is_channel_assumed, false) as is_channel_assumed,
  coalesce(platform, '') as platform, coalesce(source, '') as source, coalesce(medium, '') as medium,
  coalesce(campaign_id, '') as campaign_id,
  coalesce(campaign_name, '') as campaign_name, coalesce(influencer_id, '') as influencer_id,
  coalesce(utm_campaign, '') as utm_campaign,
  coalesce(first_source.has_click_id, false) as has_click_id,
  landing.device_type as device_type, landing.country as country, landing.region as region,
  coalesce(nullif(regexp_extract(landing.url, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?(/[^?#]*)', 1), ''),
    '/') as landing_path,
  page_views, product_views, carts, checkouts, product_views > 0 as has_product_view,
  has_product_view and carts > 0 as has_cart,
  has_cart and checkouts > 0 as has_checkout, has_checkout and purchases > 0 as has_order,
  purchases > 0 as has_purchase, session_date
from grouped
left join sources on first_source.source_id = sources.source_id;
