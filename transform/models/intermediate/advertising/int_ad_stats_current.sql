with current_rows as (
  select
    stats.*,
    pulls.pulled_at
  from {{ ref('stg_advertising__stats') }} as stats
  inner join {{ ref('int_ad_pulls_current') }} as pulls
    on stats.pull_id = pulls.pull_id
    and stats.platform = pulls.platform
    and stats.account_id = pulls.account_id
    and stats.level = pulls.level
    and stats.stat_date = pulls.stat_date
    and pulls.fact = 'stats'
),

deduplicated as (
  select
    current_rows.*,
    -- A row without region beside rows with one is their total.
    max(case when region is null then 1 else 0 end) over (
      partition by platform, account_id, level, entity_id, stat_date
    ) as has_total
  from current_rows
  {{ newest_per('pull_id, level, entity_id, stat_date, region') }}
)

select
  platform,
  account_id,
  level,
  entity_id,
  campaign_id,
  stat_date,
  coalesce(region, '') as region,
  impressions,
  clicks,
  spend,
  currency,
  pull_id,
  pulled_at
from deduplicated
where region is null or has_total = 0
