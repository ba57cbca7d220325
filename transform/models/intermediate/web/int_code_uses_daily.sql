{{ config(materialized='view') }}

{%- set quiet_after_days = 21 -%}
with

-- An order has a touchpoint for its code only when no visit by the influencer's own link explains it.
unlinked_orders as (
  select distinct order_id from {{ ref('int_order_touchpoints') }} where kind = 'code'
),

uses as (
  select
    codes.code,
    codes.influencer_id,
    codes.order_date,
    count(*) as uses,
    count(unlinked_orders.order_id) as unlinked_uses
  from {{ ref('int_influencer_orders_matched') }} as codes
  left join unlinked_orders on codes.order_id = unlinked_orders.order_id
  where codes.is_kept
  group by codes.code, codes.influencer_id, codes.order_date
),

code_days as (
  select codes.code, codes.influencer_id, dates.business_date
  from (select code, influencer_id, min(order_date) as first_used_on from uses group by code, influencer_id) as codes
  inner join {{ ref('int_dates_spanned') }} as dates on dates.business_date >= codes.first_used_on
),

posted_days as (
  select distinct code_days.code, code_days.influencer_id, code_days.business_date
  from code_days
  inner join {{ ref('stg_influencers__posts') }} as posts
    on code_days.influencer_id = posts.influencer_id
    and posts.post_date > {{ add_days('code_days.business_date', -quiet_after_days) }}
    and posts.post_date <= code_days.business_date
)

select
  code_days.code,
  code_days.influencer_id,
  code_days.business_date,
  coalesce(uses.uses, 0) as uses,
  case when posted_days.business_date is null then 1 else 0 end as quiet_days,
  case when posted_days.business_date is null then coalesce(uses.unlinked_uses, 0) else 0 end as unexplained_uses
from code_days
left join uses
  on code_days.code = uses.code
  and code_days.influencer_id = uses.influencer_id
  and code_days.business_date = uses.order_date
left join posted_days
  on code_days.code = posted_days.code
  and code_days.influencer_id = posted_days.influencer_id
  and code_days.business_date = posted_days.business_date
