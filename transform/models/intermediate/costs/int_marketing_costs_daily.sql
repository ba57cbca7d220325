with dates as (
  select * from {{ ref('int_dates_spanned') }}
),

influencers as (
  select * from {{ ref('stg_influencers__influencers') }}
),

fx_rates as (
  select * from {{ ref('int_fx_rates_spanned') }}
),

ads as (
  select
    spend.stat_date as business_date,
    coalesce(campaigns.channel, 'Paid Other') as channel,
    spend.platform,
    spend.campaign_id,
    coalesce(campaigns.campaign_name, spend.campaign_id) as campaign_name,
    '' as influencer_id,
    'ad_spend' as cost_kind,
    true as is_spend,
    spend.spend as amount,
    spend.impressions,
    spend.clicks
  from {{ ref('int_ad_spend_daily') }} as spend
  left join {{ ref('int_ad_campaigns_channeled') }} as campaigns
    on spend.platform = campaigns.platform and spend.campaign_id = campaigns.campaign_id
),

posts as (
  select
    dates.business_date,
    'Influencer' as channel,
    coalesce(influencers.platform, '') as platform,
    '' as campaign_id,
    posts.campaign_name,
    posts.influencer_id,
    'influencer' as cost_kind,
    true as is_spend,
    {{ day_part(
      'coalesce(posts.fee, 0) + posts.gift_cost', 'posts.post_date',
      add_days('posts.post_date', var('influencer_fee_spread_days', 1) - 1), 'dates.business_date'
    ) }} as amount,
    0 as impressions,
    0 as clicks
  from {{ ref('int_influencer_posts_costed') }} as posts
  left join influencers on posts.influencer_id = influencers.influencer_id
  inner join dates
    on dates.business_date between posts.post_date
      and {{ add_days('posts.post_date', var('influencer_fee_spread_days', 1) - 1) }}
),

commissions as (
  select
    orders.order_date,
    'Influencer',
    influencers.platform,
    '',
    '',
    orders.influencer_id,
    'influencer',
    true,
    orders.commission,
    0,
    0
  from {{ ref('int_influencer_orders_matched') }} as orders
  inner join influencers on orders.influencer_id = influencers.influencer_id
),

messages as (
  select
    messages.sent_date,
    case messages.medium when 'sms' then 'SMS' else 'Email' end,
    '',
    '',
    messages.campaign_name,
    '',
    'message',
    true,
    {{ money('messages.cost * fx_rates.rate') }},
    0,
    0
  from {{ ref('stg_finance__messages') }} as messages
  left join fx_rates
    on messages.currency = fx_rates.currency and messages.sent_date between fx_rates.valid_from and fx_rates.valid_to
),

others as (
  select
    dates.business_date,
    coalesce(channels.channel, case costs.kind when 'affiliate' then 'Affiliates' else 'All marketing' end),
    '',
    '',
    '',
    '',
    costs.kind,
    false,
    {{ money(day_part('costs.amount', 'costs.starts_on', 'costs.ends_on', 'dates.business_date') ~ ' * fx_rates.rate') }},
    0,
    0
  from {{ ref('stg_finance__marketing_costs') }} as costs
  inner join dates on dates.business_date between costs.starts_on and costs.ends_on
  left join {{ ref('stg_channels__channels') }} as channels on lower(trim(costs.channel)) = lower(channels.channel)
  left join fx_rates
    on costs.currency = fx_rates.currency and dates.business_date between fx_rates.valid_from and fx_rates.valid_to
),

all_costs as (
  select * from ads
  union all
  select * from posts
  union all
  select * from commissions
  union all
  select * from messages
  union all
  select * from others
)

select
  business_date,
  channel,
  platform,
  campaign_id,
  campaign_name,
  influencer_id,
  cost_kind,
  is_spend,
  {{ sum_money('amount') }} as amount,
  cast(sum(impressions) as bigint) as impressions,
  cast(sum(clicks) as bigint) as clicks
from all_costs
group by business_date, channel, platform, campaign_id, campaign_name, influencer_id, cost_kind, is_spend
