-- A known campaign whose spend and visits would land in two channels. In ga4 mode they may, which is why it is not the default.
{{ config(enabled=var('channel_mode', 'spend_aligned') == 'spend_aligned') }}

select sessions.campaign_id, sessions.platform, sessions.channel as channel_of_visits, campaigns.channel as channel_of_spend
from {{ ref('int_sessions_built') }} as sessions
inner join {{ ref('int_ad_campaigns_channeled') }} as campaigns
  on sessions.campaign_id = campaigns.campaign_id and sessions.platform = campaigns.platform
where sessions.campaign_id <> '' and sessions.channel <> campaigns.channel
group by 1, 2, 3, 4
