-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  pull_id,
  platform,
  account_id,
  level,
  covers_from,
  covers_to,
  pulled_at,
  status,
  account_time_zone,
  facts
from input
