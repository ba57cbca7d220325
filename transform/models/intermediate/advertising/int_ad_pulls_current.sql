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

brought as (
  select
    pull_id,
    platform,
    account_id,
    level,
    max(case when fact = 'stats' then 1 else 0 end) = 1 as has_stats,
    max(case when fact = 'actions' then 1 else 0 end) = 1 as has_actions
  from delivered
  group by pull_id, platform, account_id, level
),

-- Accounts whose claims are asked for by requests of their own: only those bring claims without statistics.
asked_apart as (
  select distinct declared.platform, declared.account_id, declared.level
  from declared
  inner join brought on declared.pull_id = brought.pull_id
  where declared.status = 'complete'
    and (declared.facts = 'actions' or (declared.facts is null and brought.has_actions and not brought.has_stats))
),

-- A complete pull speaks for what it asked for, so that what it leaves out is gone: for statistics and claims alike
-- when its source does not say. Where they are asked for apart, such a pull speaks for what it brought, and one that
-- brought nothing stands aside for others of its reading.
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
    declared.pulled_at as read_at,
    1 as speaks_first
  from declared
  inner join (select 'stats' as fact union all select 'actions') as kinds
    on declared.facts in (kinds.fact, 'stats_and_actions')
  where declared.status = 'complete'
  union all
  select
    kinds.fact,
    declared.pull_id,
    declared.platform,
    declared.account_id,
    declared.level,
    declared.covers_from,
    declared.covers_to,
    declared.pulled_at,
    case
      when asked_apart.account_id is null then declared.pulled_at
      else cast(cast(declared.pulled_at as date) as timestamp)
    end as read_at,
    case when own.pull_id is null and asked_apart.account_id is not null then 0 else 1 end as speaks_first
  from declared
  cross join (select 'stats' as fact union all select 'actions') as kinds
  left join (select distinct fact, pull_id from delivered) as own
    on declared.pull_id = own.pull_id and kinds.fact = own.fact
  left join brought on declared.pull_id = brought.pull_id
  left join asked_apart
    on declared.platform = asked_apart.platform
    and declared.account_id = asked_apart.account_id
    and declared.level = asked_apart.level
  where declared.status = 'complete'
    and declared.facts is null
    and (own.pull_id is not null or brought.pull_id is null or asked_apart.account_id is null)
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
qualify row_number() over (
  partition by pulls.fact, pulls.platform, pulls.account_id, pulls.level, dates.business_date
  order by pulls.read_at desc, pulls.speaks_first desc, pulls.pulled_at desc, pulls.pull_id desc
) = 1
