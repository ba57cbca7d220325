with posts as (
  select
    post_date as business_date,
    influencer_id,
    count(*) as posts,
    sum(fee) as fees,
    sum(gift_cost) as gifts
  from {{ ref('int_influencer_posts_costed') }}
  group by post_date, influencer_id
),

code_orders as (
  select
    order_date as business_date,
    influencer_id,
    count(*) as code_orders,
    {{ count_where("customer_status = 'new'") }} as code_new_customers,
    sum(code_discount) as code_discount,
    sum(net_revenue) as code_net_revenue,
    sum(contribution) as code_contribution,
    sum(commission) as commissions
  from {{ ref('int_influencer_orders_matched') }}
  where is_kept
  group by order_date, influencer_id
),

leaks as (
  select
    order_date as business_date,
    influencer_id,
    sum(unexplained_uses) as unexplained_code_orders,
    max(case when is_possible_leak then 1 else 0 end) = 1 as is_possible_leak
  from {{ ref('int_code_leaks_flagged') }}
  group by order_date, influencer_id
),

costs as (
  select business_date, influencer_id, sum(amount) as cost
  from {{ ref('int_marketing_costs_daily') }}
  where cost_kind = 'influencer'
  group by business_date, influencer_id
),

credits as (
  select
    order_date as business_date,
    influencer_id,
    sum(credited_orders) as credited_orders,
    sum(credited_net_revenue) as credited_net_revenue,
    sum(credited_contribution) as credited_contribution
  from {{ ref('fct_attribution_credits') }}
  where influencer_id <> '' and attribution_model = '{{ var("attribution_default_model", "last_non_direct") }}'
  group by order_date, influencer_id
),

keys as (
  select business_date, influencer_id from posts
  union
  select business_date, influencer_id from code_orders
  union
  select business_date, influencer_id from costs
  union
  select business_date, influencer_id from credits
)

select
  keys.business_date,
  keys.influencer_id,
  coalesce(influencers.influencer_name, keys.influencer_id) as influencer_name,
  coalesce(influencers.platform, '') as platform,
  cast(coalesce(posts.posts, 0) as bigint) as posts,
  {{ money('coalesce(posts.fees, 0)') }} as fees,
  {{ money('coalesce(posts.gifts, 0)') }} as gifts,
  {{ money('coalesce(code_orders.commissions, 0)') }} as commissions,
  {{ money('coalesce(costs.cost, 0)') }} as cost,
  cast(coalesce(code_orders.code_orders, 0) as bigint) as code_orders,
  cast(coalesce(code_orders.code_new_customers, 0) as bigint) as code_new_customers,
  {{ money('coalesce(code_orders.code_discount, 0)') }} as code_discount,
  {{ money('coalesce(code_orders.code_net_revenue, 0)') }} as code_net_revenue,
  {{ money('coalesce(code_orders.code_contribution, 0)') }} as code_contribution,
  cast(coalesce(leaks.unexplained_code_orders, 0) as bigint) as unexplained_code_orders,
  coalesce(leaks.is_possible_leak, false) as is_possible_leak,
  cast(coalesce(credits.credited_orders, 0) as decimal(18, 6)) as credited_orders,
  {{ money('coalesce(credits.credited_net_revenue, 0)') }} as credited_net_revenue,
  {{ money('coalesce(credits.credited_contribution, 0)') }} as credited_contribution
from keys
left join posts on keys.business_date = posts.business_date and keys.influencer_id = posts.influencer_id
left join code_orders on keys.business_date = code_orders.business_date and keys.influencer_id = code_orders.influencer_id
left join leaks on keys.business_date = leaks.business_date and keys.influencer_id = leaks.influencer_id
left join costs on keys.business_date = costs.business_date and keys.influencer_id = costs.influencer_id
left join credits on keys.business_date = credits.business_date and keys.influencer_id = credits.influencer_id
left join {{ ref('stg_influencers__influencers') }} as influencers on keys.influencer_id = influencers.influencer_id
