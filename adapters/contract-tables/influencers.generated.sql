-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  influencer_id,
  influencer_name,
  platform,
  handle,
  followers,
  commission_rate,
  is_deleted,
  updated_at
from input
