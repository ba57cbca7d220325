-- One row per action type and window; Meta dates its claims by the impression or click they credit.
with answers as (
  select _record, pull_id, account_id, level, unnest(from_json(data, '["JSON"]')) as answer
  from input
  where request = 'actions'
),

actions as (
  select
    * exclude (answer),
    answer->>'$.publisher_platform' as platform,
    answer->>'$.campaign_id' as campaign_id,
    answer->>'$.date_start' as stat_date,
    unnest(from_json(answer->'$.actions', '["JSON"]')) as action,
    unnest(from_json(answer->'$.action_values', '["JSON"]')) as action_value
  from answers
)

select
  _record,
  pull_id || '-' || platform as pull_id,
  platform,
  account_id,
  level,
  campaign_id as entity_id,
  campaign_id,
  stat_date,
  action->>'$.action_type' as action_type,
  attribution_window,
  'impression' as date_basis,
  json_extract_string(action, '$."' || attribution_window || '"') as conversions,
  json_extract_string(action_value, '$."' || attribution_window || '"') as conversion_value,
  source_currency() as currency
from actions
cross join (values ('7d_click'), ('1d_view')) as windows (attribution_window)
where json_extract_string(action, '$."' || attribution_window || '"') <> '0'
