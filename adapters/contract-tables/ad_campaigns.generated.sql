-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  platform,
  account_id,
  campaign_id,
  campaign_name,
  campaign_type,
  status,
  daily_budget,
  currency,
  starts_on,
  ends_on,
  updated_at
from input
