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
  action_type,
  attribution_window,
  date_basis,
  conversions,
  conversion_value,
  currency
from input
