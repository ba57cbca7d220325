with posts as (
  select * from {{ ref('stg_influencers__posts') }}
),

gifts as (
  select
    posts.post_id,
    {{ money(
      'cast(cast(posts.gift_quantity as decimal(10, 0)) * unit_costs.unit_cost as decimal(20, 6)) * fx_rates.rate'
    ) }} as amount
  from posts
  inner join {{ ref('int_product_costs_spanned') }} as unit_costs
    on posts.gift_sku = unit_costs.sku
    and posts.post_date <= unit_costs.valid_to
    and (posts.post_date >= unit_costs.valid_from or unit_costs.is_first)
  left join {{ ref('int_fx_rates_spanned') }} as fx_rates
    on unit_costs.currency = fx_rates.currency and posts.post_date between fx_rates.valid_from and fx_rates.valid_to
)

select
  posts.post_id,
  posts.influencer_id,
  posts.post_date,
  coalesce(posts.campaign_name, '') as campaign_name,
  {{ money('posts.fee * fx_rates.rate') }} as fee,
  {{ money('coalesce(gifts.amount, 0) + coalesce(posts.gift_postage * fx_rates.rate, 0)') }} as gift_cost
from posts
left join gifts on posts.post_id = gifts.post_id
left join {{ ref('int_fx_rates_spanned') }} as fx_rates
  on posts.currency = fx_rates.currency and posts.post_date between fx_rates.valid_from and fx_rates.valid_to
