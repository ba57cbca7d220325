{{ config(partition_by='order_month', replace_by='order_date', reach='credits') }}

{%- set lookback_days = var('attribution_lookback_days', 30) -%}
with

session_touchpoints as (
  select * from {{ ref('int_order_session_touchpoints') }}
),

-- A code adds no touchpoint beside a visit by a link of the same influencer.
code_uses as (
  select orders.order_id, orders.order_date, orders.placed_at, visits.session_started_at, codes.influencer_id
  from {{ ref('int_influencer_orders_matched') }} as codes
  inner join {{ ref('int_orders_ledgered') }} as orders on codes.order_id = orders.order_id
  left join {{ ref('int_order_visits') }} as visits on orders.order_id = visits.order_id
  left join session_touchpoints
    on codes.order_id = session_touchpoints.order_id and codes.influencer_id = session_touchpoints.influencer_id
  where orders.is_kept
    and orders.order_date in {{ touched('credits') }}
    and session_touchpoints.order_id is null
),

-- Where the web log names no order, its visit is its buyer's that was still going on.
ongoing_sessions as (
  select code_uses.order_id, max(sessions.started_at) as started_at
  from code_uses
  inner join session_touchpoints on code_uses.order_id = session_touchpoints.order_id
  inner join {{ ref('int_sessions_built') }} as sessions on session_touchpoints.touchpoint_key = sessions.session_key
  where code_uses.session_started_at is null
    and code_uses.placed_at <= {{ add_seconds('sessions.ended_at', session_gap_minutes() ~ ' * 60') }}
  group by code_uses.order_id
),

latest_posts as (
  select code_uses.order_id, code_uses.influencer_id, max(posts.posted_at) as posted_at
  from code_uses
  inner join {{ ref('stg_influencers__posts') }} as posts
    on code_uses.influencer_id = posts.influencer_id
    and posts.posted_at <= code_uses.placed_at
    and posts.posted_at >= {{ add_24h_days('code_uses.placed_at', -lookback_days) }}
  group by code_uses.order_id, code_uses.influencer_id
),

code_touchpoints as (
  select
    code_uses.order_id,
    code_uses.order_date,
    code_uses.placed_at,
    {{ hash_key(["'code'", 'code_uses.order_id', 'code_uses.influencer_id']) }} as touchpoint_key,
    coalesce(
      latest_posts.posted_at,
      {{ add_seconds('coalesce(code_uses.session_started_at, ongoing_sessions.started_at, code_uses.placed_at)', -1) }}
    ) as touched_at,
    'code' as kind,
    'Influencer' as channel,
    influencers.platform,
    '' as campaign_id,
    '' as campaign_name,
    code_uses.influencer_id,
    false as is_direct
  from code_uses
  inner join {{ ref('stg_influencers__influencers') }} as influencers
    on code_uses.influencer_id = influencers.influencer_id
  left join latest_posts
    on code_uses.order_id = latest_posts.order_id and code_uses.influencer_id = latest_posts.influencer_id
  left join ongoing_sessions on code_uses.order_id = ongoing_sessions.order_id
),

all_touchpoints as (
  select * from session_touchpoints
  union all
  select * from code_touchpoints
)

select
  order_id,
  touchpoint_key,
  touched_at,
  kind,
  row_number() over (partition by order_id order by touched_at, touchpoint_key) as position,
  count(*) over (partition by order_id) as touch_count,
  {{ seconds_between('touched_at', 'placed_at') }} / 3600 as hours_before_order,
  channel,
  platform,
  campaign_id,
  campaign_name,
  influencer_id,
  is_direct,
  order_date,
  {{ month_start('order_date') }} as order_month
from all_touchpoints
