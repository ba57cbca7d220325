{{ config(materialized='reach', reach='credits') }}

{#- Two days more than the lookback: a touchpoint may lie past the midnight its visit began before, and days of
    24 hours drift by an hour where clocks change. -#}
{%- set lookback_days = var('attribution_lookback_days', 30) -%}
with

orders as (
  select order_id, order_date, person_key from {{ ref('int_orders_ledgered') }}
),

changed_orders as (
  select order_id, order_date, person_key
  from {{ changed_rows(ref('int_orders_ledgered'), 'int_orders_ledgered', [
    'order_id', 'order_date', 'placed_at', 'person_key', 'sales_channel', 'is_kept', 'customer_status',
    'sales_ex_vat', 'net_revenue', 'contribution',
  ]) }} as changed
),

-- Products may change places within an order that stays the same.
changed_lines as (
  select order_date
  from {{ changed_rows(ref('int_order_lines_ledgered'), 'int_order_lines_ledgered', [
    'order_line_id', 'order_id', 'order_date', 'is_kept', 'sku', 'quantity', 'net_revenue', 'contribution',
  ]) }} as changed
),

touches as (
  select touched_date from {{ touched('touches') }} as dates
),

-- Orders whose purchase was seen on another date than theirs included.
purchased_orders as (
  select order_id
  from {{ ref('int_session_orders') }}
  where event_date in (
    select {{ add_days('touched_date', 'days') }} from touches
    cross join (select 0 as days union all select 1) as shifts
  )
  union
  select transaction_id
  from {{ published('int_events_cleaned') }}
  where event_name = 'purchase' and transaction_id is not null and event_date in {{ touched('events') }}
),

changed_codes as (
  select order_id, order_date
  from {{ changed_rows(ref('int_influencer_orders_matched'), 'int_influencer_orders_matched', [
    'order_id', 'order_date', 'influencer_id',
  ]) }} as changed
),

changed_posts as (
  select influencer_id, {{ business_date('posted_at') }} as post_date
  from {{ changed_rows(source('bronze', 'influencer_posts'), 'influencer_posts', ['influencer_id', 'posted_at', 'post_id']) }}
    as changed
),

changed_influencers as (
  select influencer_id
  from {{ changed_rows(source('bronze', 'influencers'), 'influencers', ['influencer_id', 'platform', '_record_number']) }}
    as changed
)

select order_date as touched_date from changed_orders
union
select order_date from changed_lines
union
select {{ add_days('touches.touched_date', 'spread.days') }}
from touches
cross join {{ day_offsets(0, lookback_days + 2) }} as spread
union
select orders.order_date
from orders
inner join purchased_orders on orders.order_id = purchased_orders.order_id
union
select order_date from changed_codes
union
select codes.order_date
from {{ ref('int_influencer_orders_matched') }} as codes
inner join changed_posts
  on codes.influencer_id = changed_posts.influencer_id
  and codes.order_date between {{ add_days('changed_posts.post_date', -1) }}
    and {{ add_days('changed_posts.post_date', lookback_days + 2) }}
union
select codes.order_date
from {{ ref('int_influencer_orders_matched') }} as codes
inner join changed_influencers on codes.influencer_id = changed_influencers.influencer_id
{%- if var('attribution_cut_at_order', false) %}
union
select orders.order_date
from orders
inner join changed_orders on orders.person_key = changed_orders.person_key
{%- endif %}
