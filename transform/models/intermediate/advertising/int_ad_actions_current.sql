with current_rows as (
  select actions.*
  from {{ ref('stg_advertising__actions') }} as actions
  inner join {{ ref('int_ad_pulls_current') }} as pulls
    on actions.pull_id = pulls.pull_id
    and actions.platform = pulls.platform
    and actions.account_id = pulls.account_id
    and actions.level = pulls.level
    and actions.stat_date = pulls.stat_date
    and pulls.fact = 'actions'
  {{ newest_per('actions.pull_id, actions.level, actions.entity_id, actions.stat_date, actions.action_type, actions.attribution_window, actions.date_basis') }}
),

levelled as (
  select
    current_rows.*,
    {{ ad_level_depth('level') }} as depth
  from current_rows
  where campaign_id <> ''
),

highest as (
  select
    levelled.*,
    min(depth) over (partition by platform, account_id, campaign_id, stat_date) as highest_depth
  from levelled
)

select
  stat_date,
  platform,
  account_id,
  campaign_id,
  action_type,
  attribution_window,
  date_basis,
  coalesce(currency, '{{ var("shop_currency") }}') as currency,
  cast(sum(conversions) as decimal(18, 6)) as conversions,
  cast(sum(coalesce(conversion_value, 0)) as decimal(18, 6)) as conversion_value
from highest
where depth = highest_depth
group by
  stat_date, platform, account_id, campaign_id, action_type, attribution_window, date_basis,
  coalesce(currency, '{{ var("shop_currency") }}')
