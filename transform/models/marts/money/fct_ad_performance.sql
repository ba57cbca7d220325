select
  spend.stat_date as business_date,
  spend.platform,
  spend.account_id,
  spend.campaign_id,
  spend.region,
  coalesce(campaigns.campaign_name, spend.campaign_id) as campaign_name,
  coalesce(campaigns.channel, 'Paid Other') as channel,
  spend.level as source_level,
  spend.impressions,
  spend.clicks,
  spend.currency,
  spend.original_spend,
  spend.spend
from {{ ref('int_ad_spend_daily') }} as spend
left join {{ ref('int_ad_campaigns_channeled') }} as campaigns
  on spend.platform = campaigns.platform and spend.campaign_id = campaigns.campaign_id
