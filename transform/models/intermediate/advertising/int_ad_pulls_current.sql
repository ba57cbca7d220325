with facts as (
  select 'stats' as fact, pull_id, platform, account_id, level, stat_date, _arrived_at
  from {{ ref('stg_advertising__stats') }}
  union all
  select 'actions' as fact, pull_id, platform, account_id, level, stat_date, _arrived_at
  from {{ ref('stg_advertising__actions') }}
),

delivered as (
  select
    fact,
    pull_id,
    platform,
    account_id,
    level,
    min(stat_date) as covers_from,
    max(stat_date) as covers_to,
    max(_arrived_at) as arrived_at
  from facts
  group by fact, pull_id, platform, account_id, level
),

declared as (
  select * from {{ ref('stg_advertising__pulls') }}
),

-- A pull speaks for the facts it brought, or for both when it brought none: then all of them are gone.
pulls as (
  select
    kinds.fact,
    declared.pull_id,
    declared.platform,
    declared.account_id,
    declared.level,
    declared.covers_from,
    declared.covers_to,
    declared.pulled_at,
    case when own.pull_id is null then 0 else 1 end as has_rows
  from declared
  cross join (select 'stats' as fact union all select 'actions') as kinds
  left join (select distinct fact, pull_id from delivered) as own
    on declared.pull_id = own.pull_id and kinds.fact = own.fact
  left join (select distinct pull_id from delivered) as any_fact on declared.pull_id = any_fact.pull_id
  where declared.status = 'complete' and (own.pull_id is not null or any_fact.pull_id is null)
  union all
  -- Rows of a source that lists no pulls cover the days they speak of.
  select
    delivered.fact,
    delivered.pull_id,
    delivered.platform,
    delivered.account_id,
    delivered.level,
    delivered.covers_from,
    delivered.covers_to,
    delivered.arrived_at,
    1
  from delivered
  left join declared on delivered.pull_id = declared.pull_id
  where declared.pull_id is null
)

select
  pulls.fact,
  pulls.platform,
  pulls.account_id,
  pulls.level,
  dates.business_date as stat_date,
  pulls.pull_id,
  pulls.pulled_at
from pulls
inner join {{ ref('int_dates_spanned') }} as dates
  on dates.business_date between pulls.covers_from and pulls.covers_to
-- Several requests make up one day's reading; an empty one never outweighs one with rows.
qualify row_number() over (
  partition by pulls.fact, pulls.platform, pulls.account_id, pulls.level, dates.business_date
  order by cast(pulls.pulled_at as date) desc, pulls.has_rows desc, pulls.pulled_at desc, pulls.pull_id desc
) = 1
