with fx_rates as (
  select * from {{ ref('int_fx_rates_spanned') }}
),

ads as (
  select
    'spend_without_rate' as kind,
    platform || ' ' || campaign_id as cost_item,
    currency,
    original_spend as amount
  from {{ ref('int_ad_spend_daily') }}
  where spend is null
),

messages as (
  select
    'message_without_rate',
    coalesce(messages.campaign_name, messages.medium),
    messages.currency,
    messages.cost
  from {{ ref('stg_finance__messages') }} as messages
  left join fx_rates
    on messages.currency = fx_rates.currency and messages.sent_date between fx_rates.valid_from and fx_rates.valid_to
  where fx_rates.rate is null
),

fees as (
  select
    'influencer_without_rate',
    posts.influencer_id,
    posts.currency,
    posts.fee + posts.gift_postage
  from {{ ref('stg_influencers__posts') }} as posts
  left join fx_rates
    on posts.currency = fx_rates.currency and posts.post_date between fx_rates.valid_from and fx_rates.valid_to
  where fx_rates.rate is null
),

gifts as (
  select
    'influencer_without_rate',
    posts.influencer_id,
    unit_costs.currency,
    cast(cast(posts.gift_quantity as decimal(10, 0)) * unit_costs.unit_cost as decimal(20, 6))
  from {{ ref('stg_influencers__posts') }} as posts
  inner join {{ ref('int_product_costs_spanned') }} as unit_costs
    on posts.gift_sku = unit_costs.sku
    and posts.post_date <= unit_costs.valid_to
    and (posts.post_date >= unit_costs.valid_from or unit_costs.is_first)
  left join fx_rates
    on unit_costs.currency = fx_rates.currency and posts.post_date between fx_rates.valid_from and fx_rates.valid_to
  where fx_rates.rate is null
),

others as (
  select
    'cost_without_rate',
    trim(costs.kind || ' ' || coalesce(costs.channel, '')),
    costs.currency,
    {{ day_part('costs.amount', 'costs.starts_on', 'costs.ends_on', 'dates.business_date') }}
  from {{ ref('stg_finance__marketing_costs') }} as costs
  inner join {{ ref('int_dates_spanned') }} as dates on dates.business_date between costs.starts_on and costs.ends_on
  left join fx_rates
    on costs.currency = fx_rates.currency and dates.business_date between fx_rates.valid_from and fx_rates.valid_to
  where fx_rates.rate is null
),

unrated as (
  select * from ads
  union all
  select * from messages
  union all
  select * from fees
  union all
  select * from gifts
  union all
  select * from others
)

select
  kind,
  cost_item,
  currency,
  {{ sum_money('amount') }} as amount
from unrated
where amount <> 0
group by kind, cost_item, currency
