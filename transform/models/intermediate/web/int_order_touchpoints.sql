{{ config(replace_by='order_date', reach='credits') }}

{%- set lookback_days = var('attribution_lookback_days', 30) -%}
with

orders as (
  select order_id, order_date, placed_at, person_key
  from {{ ref('int_orders_ledgered') }}
  where is_kept and order_date in {{ touched('credits') }}
),

window_dates as (
  select {{ add_days('min(touched_date)', -lookback_days - 2) }} as first_date, max(touched_date) as last_date
  from {{ touched('credits') }} as dates
),

touchpoints as (
  select
    touchpoints.*,
    identity.customer_id,
    coalesce(identity.is_shared, false) as is_shared
  from {{ ref('int_touchpoints_built') }} as touchpoints
  left join {{ ref('int_identity_resolved') }} as identity
    on touchpoints.visitor_key = identity.visitor_key
    and touchpoints.touched_at >= identity.valid_from
    and touchpoints.touched_at < identity.valid_to
  where touchpoints.touch_date between (select first_date from window_dates) and (select last_date from window_dates)
),

visited_orders as (
  select
    orders.*,
    visits.visitor_key,
    visits.session_key,
    visits.session_started_at,
    case when orders.person_key like 'order:%' then visits.customer_id else orders.person_key end as buyer_key
  from orders
  left join {{ ref('int_order_visits') }} as visits on orders.order_id = visits.order_id
),

-- Whose touchpoints an order may look back on: its buyer's (a guest is the customer of its session), its session's
-- device's while nobody was known on it, and those of its own session.
candidates as (
  {%- for whose in [
    'visited_orders.buyer_key = touchpoints.customer_id',
    'visited_orders.visitor_key = touchpoints.visitor_key
      and (touchpoints.customer_id is null or touchpoints.session_key = visited_orders.session_key)
      and not touchpoints.is_shared',
  ] %}
  select visited_orders.order_id, visited_orders.order_date, visited_orders.placed_at, touchpoints.touchpoint_key
  from visited_orders
  inner join touchpoints
    on {{ whose }}
  where touchpoints.touched_at <= visited_orders.placed_at
    and touchpoints.touched_at >= {{ add_24h_days('visited_orders.placed_at', -lookback_days) }}
  {{ 'union' if not loop.last }}
  {%- endfor %}
),

{% if var('attribution_cut_at_order', false) -%}
previous_orders as (
  select
    order_id,
    lag(placed_at) over (partition by person_key order by placed_at, order_id) as previous_placed_at
  from {{ ref('int_orders_ledgered') }}
  where is_kept
),

{% endif -%}
session_touchpoints as (
  select
    candidates.order_id,
    candidates.order_date,
    candidates.placed_at,
    touchpoints.touchpoint_key,
    touchpoints.touched_at,
    touchpoints.kind,
    touchpoints.channel,
    touchpoints.platform,
    touchpoints.campaign_id,
    touchpoints.campaign_name,
    touchpoints.influencer_id,
    touchpoints.is_direct
  from candidates
  inner join touchpoints on candidates.touchpoint_key = touchpoints.touchpoint_key
  {%- if var('attribution_cut_at_order', false) %}
  inner join previous_orders on candidates.order_id = previous_orders.order_id
  where previous_orders.previous_placed_at is null or touchpoints.touched_at > previous_orders.previous_placed_at
  {%- endif %}
),

code_uses as (
  select
    visited_orders.order_id,
    visited_orders.order_date,
    visited_orders.placed_at,
    coalesce(visited_orders.session_started_at, visited_orders.placed_at) as visit_started_at,
    codes.influencer_id
  from {{ ref('int_influencer_orders_matched') }} as codes
  inner join visited_orders on codes.order_id = visited_orders.order_id
  left join session_touchpoints
    on codes.order_id = session_touchpoints.order_id and codes.influencer_id = session_touchpoints.influencer_id
  where session_touchpoints.order_id is null
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
  select distinct
    code_uses.order_id,
    code_uses.order_date,
    code_uses.placed_at,
    {{ hash_key(["'code'", 'code_uses.order_id', 'code_uses.influencer_id']) }} as touchpoint_key,
    coalesce(latest_posts.posted_at, {{ add_seconds('code_uses.visit_started_at', -1) }}) as touched_at,
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
  order_date
from all_touchpoints
