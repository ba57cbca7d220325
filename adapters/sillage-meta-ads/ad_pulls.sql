-- One account pays for Facebook and Instagram: a pull covers both, so it is one pull of each.
with pulls as (
  select
    min(_record) as _record,
    pull_id,
    any_value(account_id) as account_id,
    any_value(level) as level,
    any_value(covers_from) as covers_from,
    any_value(covers_to) as covers_to,
    any_value(read_at) as pulled_at,
    any_value(status) as status,
    any_value(time_zone) as account_time_zone,
    case
      when bool_and(request = 'region') then 'stats'
      when bool_and(request = 'actions') then 'actions'
      else 'stats_and_actions'
    end as facts
  from input
  where request in ('region', 'actions')
  group by pull_id
)
select
  _record,
  pull_id || '-' || platform as pull_id,
  platform,
  account_id,
  level,
  covers_from,
  covers_to,
  pulled_at,
  status,
  account_time_zone,
  facts
from pulls
cross join (values ('facebook'), ('instagram')) as platforms (platform)
