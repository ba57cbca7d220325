-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  pull_id,
  platform,
  account_id,
  level,
  entity_id,
  campaign_id,
  stat_date,
  region,
  impressions,
  clicks,
  spend,
  currency
from input
