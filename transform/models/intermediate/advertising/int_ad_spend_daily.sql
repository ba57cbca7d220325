with stats as (
  select *, {{ ad_level_depth('level') }} as depth
  from {{ ref('int_ad_stats_current') }}
),

-- An account's own rows count only where it has no campaigns.
campaigns as (
  select
    stats.*,
    max(depth) over (partition by platform, account_id) as deepest
  from stats
  where depth > 0 or campaign_id = ''
),

levels as (
  select platform, account_id, campaign_id, depth, sum(spend) as spend
  from campaigns
  where (depth = 0) = (deepest = 0)
  group by platform, account_id, campaign_id, depth
),

compared as (
  select
    levels.*,
    first_value(spend) over (partition by platform, account_id, campaign_id order by depth) as campaign_spend
  from levels
),

chosen as (
  select platform, account_id, campaign_id, max(depth) as depth
  from compared
  where spend = campaign_spend
  group by platform, account_id, campaign_id
),

daily as (
  select
    stats.stat_date,
    stats.platform,
    stats.account_id,
    stats.campaign_id,
    stats.region,
    stats.currency,
    max(stats.level) as level,
    cast(sum(stats.impressions) as bigint) as impressions,
    cast(sum(stats.clicks) as bigint) as clicks,
    cast(sum(stats.spend) as decimal(18, 6)) as original_spend
  from stats
  inner join chosen
    on stats.platform = chosen.platform
    and stats.account_id = chosen.account_id
    and stats.campaign_id = chosen.campaign_id
    and stats.depth = chosen.depth
  group by stats.stat_date, stats.platform, stats.account_id, stats.campaign_id, stats.region, stats.currency
)

select
  daily.stat_date,
  daily.platform,
  daily.account_id,
  daily.campaign_id,
  daily.region,
  daily.currency,
  daily.level,
  daily.impressions,
  daily.clicks,
  daily.original_spend,
  {{ money('daily.original_spend * fx_rates.rate') }} as spend
from daily
left join {{ ref('int_fx_rates_spanned') }} as fx_rates
  on daily.currency = fx_rates.currency and daily.stat_date between fx_rates.valid_from and fx_rates.valid_to
