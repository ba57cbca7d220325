with undeclared as (
  select pull_id, platform, account_id, level, stat_date, _arrived_at
  from {{ ref('stg_advertising__stats') }}
  union all
  select pull_id, platform, account_id, level, stat_date, _arrived_at
  from {{ ref('stg_advertising__actions') }}
),

pulls as (
  select pull_id, platform, account_id, level, covers_from, covers_to, pulled_at
  from {{ ref('stg_advertising__pulls') }}
  where status = 'complete'
  union all
  -- Rows of a source that lists no pulls cover the days they speak of.
  select
    undeclared.pull_id,
    undeclared.platform,
    undeclared.account_id,
    undeclared.level,
    min(undeclared.stat_date),
    max(undeclared.stat_date),
    max(undeclared._arrived_at)
  from undeclared
  left join {{ ref('stg_advertising__pulls') }} as declared on undeclared.pull_id = declared.pull_id
  where declared.pull_id is null
  group by undeclared.pull_id, undeclared.platform, undeclared.account_id, undeclared.level
)

select
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
  partition by pulls.platform, pulls.account_id, pulls.level, dates.business_date
  order by pulls.pulled_at desc, pulls.pull_id desc
) = 1
