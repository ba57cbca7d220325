with observed as (
  select min(order_date) as first_date, max(order_date) as last_date
  from {{ ref('stg_crm__orders') }}
  union all
  select min(refund_date), max(refund_date)
  from {{ ref('stg_crm__refunds') }}
  union all
  select min(stat_date), max(stat_date)
  from {{ ref('stg_advertising__stats') }}
  union all
  select min(event_date), max(event_date)
  from {{ ref('int_events_cleaned') }}
  union all
  select min(sent_date), max(sent_date)
  from {{ ref('stg_finance__messages') }}
  union all
  select min(post_date), max(post_date)
  from {{ ref('stg_influencers__posts') }}
  union all
  -- Costs are agreed for days to come: they never carry the shop beyond what has been seen to happen.
  select min(starts_on), cast(null as date)
  from {{ ref('stg_finance__marketing_costs') }}
),

bounds as (
  select min(first_date) as first_date, max(last_date) as last_date
  from observed
)

select spine.date_day as business_date
from (
  {{ date_spine('(select first_date from bounds)', '(select last_date from bounds)') }}
) as spine
where spine.date_day is not null
