-- What the marketing team, its influencers and the ad platforms deliver.
create table messages as
select * exclude (filename), business_date(sent_at) as sent_date
from read_csv('raw/crm/messages-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true, filename = true,
  columns = {
  message_id: varchar, medium: varchar, campaign_name: varchar, sent_at: timestamp, recipients: bigint,
  cost: 'decimal(18,2)'
})
qualify row_number() over (partition by message_id order by filename) = 1;

create table other_costs as
select * exclude (filename)
from read_csv('raw/crm/marketing-costs-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true,
  filename = true, columns = {
  cost_id: varchar, kind: varchar, channel: varchar, starts_on: date, ends_on: date, amount: 'decimal(18,2)',
  updated_at: timestamp
})
qualify row_number() over (partition by cost_id order by updated_at desc, filename desc) = 1;

create table influencers as
select influencer_id, influencer_name, lower(platform) as platform, handle, followers,
  coalesce(commission_rate, 0) as commission_rate
from read_csv('raw/influencers/influencers-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true,
  columns = {
  influencer_id: varchar, influencer_name: varchar, platform: varchar, handle: varchar, followers: bigint,
  commission_rate: 'decimal(18,6)', updated_at: timestamp
})
qualify row_number() over (partition by influencer_id order by updated_at desc) = 1;

create table influencer_codes as
select upper(trim(code)) as code, influencer_id, valid_from, valid_to
from read_csv('raw/influencers/influencer-codes-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true,
  columns = {
  code: varchar, influencer_id: varchar, discount_rate: 'decimal(18,6)', valid_from: date, valid_to: date,
  updated_at: timestamp
})
qualify row_number() over (partition by upper(trim(code)) order by updated_at desc) = 1;

create table influencer_posts as
select * exclude (filename), business_date(posted_at) as post_date
from read_csv('raw/influencers/influencer-posts-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true,
  filename = true, columns = {
  post_id: varchar, influencer_id: varchar, posted_at: timestamp, post_url: varchar, kind: varchar,
  campaign_name: varchar, fee: 'decimal(18,2)', gift_sku: varchar, gift_quantity: bigint,
  gift_postage: 'decimal(18,2)', updated_at: timestamp
})
qualify row_number() over (partition by post_id order by updated_at desc, filename desc) = 1;

create table google_batches as
from read_json('raw/advertising/google-*.ndjson*', format = 'newline_delimited', ignore_errors = true, columns = {
  pull: 'struct(
    id varchar, account varchar, request varchar, "from" date, "to" date, read_at timestamp, status varchar, time_zone varchar)',
  body: 'struct(results struct(
    campaign struct(id varchar, name varchar, status varchar, advertisingChannelType varchar),
    campaignBudget struct(amountMicros bigint),
    adGroup struct(id varchar),
    segments struct("date" date),
    metrics struct(clicks bigint, impressions bigint, costMicros bigint, conversions varchar,
      conversionsValue varchar))[])'
});

create table meta_pages as
from read_json('raw/advertising/meta-*.ndjson*', format = 'newline_delimited', ignore_errors = true, columns = {
  pull: 'struct(
    id varchar, account varchar, request varchar, "from" date, "to" date, read_at timestamp, status varchar, time_zone varchar)',
  body: 'struct("data" struct(
    id varchar, "name" varchar, objective varchar, status varchar, daily_budget varchar,
    campaign_id varchar, publisher_platform varchar, date_start date, region varchar, impressions bigint,
    clicks bigint, spend decimal(18, 6),
    actions struct(action_type varchar, "7d_click" varchar, "1d_view" varchar)[],
    action_values struct("7d_click" varchar, "1d_view" varchar)[])[])'
});

create table ad_pulls as
select distinct
  pull.id as pull_id, pull.account as account_id, pull.request as request, pull."from" as covers_from,
  pull."to" as covers_to,
  pull.read_at as read_at, pull.status = 'complete' as is_complete, pull.time_zone as time_zone
from (select pull from google_batches union all select pull from meta_pages);

-- For each day the newest complete reading that covers it; what it leaves out is gone.
create table current_pulls as
select request, account_id, day::date as stat_date, arg_max(pull_id, (read_at, pull_id)) as pull_id
from ad_pulls, generate_series(covers_from, covers_to, interval 1 day) as days (day)
where is_complete and request <> 'campaigns'
group by request, account_id, day;

create table ad_campaigns as
select platform, account_id, campaign_id, campaign_name, campaign_type,
  campaign_channel(platform, campaign_type) as channel, status, daily_budget
from (
  select 'google' as platform, pull, row.campaign.id as campaign_id, row.campaign.name as campaign_name,
    row.campaign.advertisingChannelType as campaign_type, row.campaign.status as status,
    (row.campaignBudget.amountMicros::decimal(19, 0) * 0.000001)::decimal(18, 2) as daily_budget
  from (select pull, unnest(body.results) as row from google_batches where pull.request = 'campaigns')
  union all
  select row.publisher_platform, pull, row.id, row.name, row.objective, row.status,
    (row.daily_budget::decimal(18, 6) / 100)::decimal(18, 2)
  from (select pull, unnest(body.data) as row from meta_pages where pull.request = 'campaigns')
), lateral (select pull.account as account_id)
qualify row_number() over (partition by platform, campaign_id order by pull.read_at desc, pull.id desc) = 1;

create table ad_stats as
with read as (
  select 'google' as platform, pull, row.campaign.id as campaign_id, row.segments.date as stat_date, '' as region,
    row.metrics.impressions as impressions, row.metrics.clicks as clicks,
    (row.metrics.costMicros::decimal(19, 0) * 0.000001)::decimal(18, 6) as spend
  from (select pull, unnest(body.results) as row from google_batches where pull.request in ('stats', 'ad_groups'))
  union all
  select row.publisher_platform, pull, row.campaign_id, row.date_start, coalesce(row.region, ''), row.impressions,
    row.clicks, row.spend
  from (select pull, unnest(body.data) as row from meta_pages where pull.request = 'region')
)
select platform, read.pull.account as account_id, read.pull.request as request, campaign_id, read.stat_date, region,
  impressions, clicks, spend
from read
join current_pulls on read.pull.id = current_pulls.pull_id and read.pull.request = current_pulls.request
  and read.stat_date = current_pulls.stat_date;

-- Ad groups where they add up to their campaign, the campaign's own rows elsewhere.
create table ad_spend as
with whole_groups as (
  select campaign_id
  from ad_stats
  where platform = 'google'
  group by campaign_id
  having sum(spend) filter (request = 'ad_groups') = sum(spend) filter (request = 'stats')
)
select
  stat_date, platform, account_id, campaign_id, region,
  case request when 'ad_groups' then 'ad_group' else 'campaign' end as level,
  sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks, sum(spend)::decimal(18, 6) as original_spend,
  money(sum(spend)) as spend
from ad_stats
where request = 'region'
  or (request = 'ad_groups') = (campaign_id in (from whole_groups))
group by all;

create table ad_claims as
with google_claims as (
  select pull, row.campaign.id as campaign_id, row.segments.date as stat_date, row.metrics.conversions as conversions,
    row.metrics.conversionsValue as conversion_value
  from (select pull, unnest(body.results) as row from google_batches where pull.request = 'stats')
),
meta_claims as (
  select pull, row.publisher_platform as platform, row.campaign_id as campaign_id, row.date_start as stat_date,
    unnest(row.actions) as action, unnest(row.action_values) as value
  from (select pull, unnest(body.data) as row from meta_pages where pull.request = 'actions')
),
claims as (
  select 'google' as platform, pull, campaign_id, stat_date, 'purchase' as action_type,
    '30d_click' as attribution_window,
    'click' as date_basis, conversions, conversion_value
  from google_claims
  union all
  select platform, pull, campaign_id, stat_date, action.action_type, '7d_click', 'impression', action."7d_click",
    value."7d_click" from meta_claims
  union all
  select platform, pull, campaign_id, stat_date, action.action_type, '1d_view', 'impression', action."1d_view",
    value."1d_view" from meta_claims
)
select
  claims.stat_date, platform, claims.pull.account as account_id, campaign_id, action_type, attribution_window,
  date_basis,
  sum(conversions::decimal(18, 6))::decimal(18, 6) as conversions,
  sum(coalesce(conversion_value::decimal(18, 6), 0))::decimal(18, 6) as conversion_value
from claims
join current_pulls on claims.pull.id = current_pulls.pull_id and claims.pull.request = current_pulls.request
  and claims.stat_date = current_pulls.stat_date
where conversions <> '0'
group by all;
drop table google_batches;
drop table meta_pages;
