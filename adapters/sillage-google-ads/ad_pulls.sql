-- One row per pull of statistics; its batches repeat what it covers.
select
  min(_record) as _record,
  pull_id,
  'google' as platform,
  any_value(account_id) as account_id,
  any_value(level) as level,
  any_value(covers_from) as covers_from,
  any_value(covers_to) as covers_to,
  any_value(read_at) as pulled_at,
  any_value(status) as status,
  any_value(time_zone) as account_time_zone
from input
where request in ('stats', 'ad_groups')
group by pull_id
