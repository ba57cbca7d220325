-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  message_id,
  medium,
  campaign_name,
  sent_at,
  recipients,
  cost,
  currency
from input
