with campaigns as (
  select _record, account_id, read_at, unnest(from_json(data, '["JSON"]')) as campaign
  from input
  where request = 'campaigns'
)
select
  _record,
  campaign->>'$.publisher_platform' as platform,
  account_id,
  campaign->>'$.id' as campaign_id,
  campaign->>'$.name' as campaign_name,
  campaign->>'$.objective' as campaign_type,
  campaign->>'$.status' as status,
  parse_number(campaign->>'$.daily_budget') / 100 as daily_budget,
  source_currency() as currency,
  read_at as updated_at
from campaigns
