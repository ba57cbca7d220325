with codes as (
  select influencer_id, {{ join_text('code', ', ', 'code') }} as codes
  from {{ ref('stg_influencers__codes') }}
  group by influencer_id
),

posts as (
  select
    influencer_id,
    count(*) as posts,
    min(post_date) as first_post_date,
    max(post_date) as last_post_date
  from {{ ref('int_influencer_posts_costed') }}
  group by influencer_id
)

select
  influencers.influencer_id,
  influencers.influencer_name,
  influencers.platform,
  influencers.handle,
  influencers.followers,
  influencers.commission_rate,
  coalesce(codes.codes, '') as codes,
  coalesce(posts.posts, 0) as posts,
  posts.first_post_date,
  posts.last_post_date
from {{ ref('stg_influencers__influencers') }} as influencers
left join codes on influencers.influencer_id = codes.influencer_id
left join posts on influencers.influencer_id = posts.influencer_id
