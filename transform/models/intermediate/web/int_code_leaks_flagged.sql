{#- A burst of a code is a possible leak when nobody posted lately and the code has a usual rate to compare with. -#}
{%- set usual_days = 28 -%}
{%- set least_history_days = 14 -%}
{%- set quiet_days = 7 -%}
{%- set least_uses = 5 -%}
{%- set times_usual = 5 -%}
with

traces as (
  select
    order_id,
    max(case when kind <> 'code' and not is_direct then 1 else 0 end) = 1 as has_other_trace
  from {{ ref('int_order_touchpoints') }}
  group by order_id
),

daily as (
  select
    codes.code,
    codes.influencer_id,
    codes.order_date,
    count(*) as uses,
    {{ count_where('not coalesce(traces.has_other_trace, false)') }} as untraced_uses
  from {{ ref('int_influencer_orders_matched') }} as codes
  left join traces on codes.order_id = traces.order_id
  where codes.is_kept
  group by codes.code, codes.influencer_id, codes.order_date
),

compared as (
  select
    daily.*,
    min(order_date) over (partition by code) as first_used_on,
    coalesce(sum(untraced_uses) over (
      partition by code order by order_date
      range between interval {{ usual_days }} day preceding and interval 1 day preceding
    ), 0) as usual_uses
  from daily
),

posted as (
  select compared.code, compared.order_date, max(posts.post_date) as last_posted_on
  from compared
  inner join {{ ref('stg_influencers__posts') }} as posts
    on compared.influencer_id = posts.influencer_id and posts.post_date <= compared.order_date
  group by compared.code, compared.order_date
)

select
  compared.code,
  compared.influencer_id,
  compared.order_date,
  cast(compared.uses as bigint) as uses,
  cast(compared.untraced_uses as bigint) as untraced_uses,
  {{ safe_divide('compared.usual_uses', usual_days) }} as usual_untraced_uses,
  compared.untraced_uses >= {{ least_uses }}
  and compared.untraced_uses > {{ times_usual }} * compared.usual_uses / {{ usual_days }}
  and {{ days_between('compared.first_used_on', 'compared.order_date') }} >= {{ least_history_days }}
  and coalesce({{ days_between('posted.last_posted_on', 'compared.order_date') }} > {{ quiet_days }}, true)
    as is_possible_leak
from compared
left join posted on compared.code = posted.code and compared.order_date = posted.order_date
