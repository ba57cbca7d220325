with campaigns as (
  select _record, account_id, read_at, unnest(from_json(results, '["JSON"]')) as result
  from input
  where request = 'campaigns'
)
select
  _record,
  'google' as platform,
  account_id,
  result->>'$.campaign.id' as campaign_id,
  result->>'$.campaign.name' as campaign_name,
  result->>'$.campaign.advertisingChannelType' as campaign_type,
  result->>'$.campaign.status' as status,
  from_micros(result->>'$.campaignBudget.amountMicros') as daily_budget,
  source_currency() as currency,
  read_at as updated_at
from campaigns
