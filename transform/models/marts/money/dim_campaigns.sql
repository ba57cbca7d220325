with spent as (
  select
    platform,
    campaign_id,
    min(stat_date) as first_spend_date,
    max(stat_date) as last_spend_date
  from {{ ref('int_ad_spend_daily') }}
  where original_spend > 0
  group by platform, campaign_id
),

campaigns as (
  select * from {{ ref('stg_advertising__campaigns') }}
)

select
  coalesce(campaigns.platform, spent.platform) as platform,
  coalesce(campaigns.campaign_id, spent.campaign_id) as campaign_id,
  campaigns.account_id,
  coalesce(campaigns.campaign_name, spent.campaign_id) as campaign_name,
  campaigns.campaign_type,
  coalesce(channeled.channel, 'Paid Other') as channel,
  campaigns.status,
  campaigns.daily_budget,
  campaigns.currency as budget_currency,
  campaigns.starts_on,
  campaigns.ends_on,
  spent.first_spend_date,
  spent.last_spend_date
from campaigns
full outer join spent on campaigns.platform = spent.platform and campaigns.campaign_id = spent.campaign_id
left join {{ ref('int_ad_campaigns_channeled') }} as channeled
  on campaigns.platform = channeled.platform and campaigns.campaign_id = channeled.campaign_id
