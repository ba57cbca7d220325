-- One row per pull of statistics; its batches repeat what it covers. Conversions are asked for with the campaigns'
-- statistics, not with the ad groups'.
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
  any_value(time_zone) as account_time_zone,
  case when bool_or(request = 'stats') then 'stats_and_actions' else 'stats' end as facts
from input
where request in ('stats', 'ad_groups')
group by pull_id
