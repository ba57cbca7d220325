select
  _record,
  budget_id,
  channel,
  platform,
  starts_on,
  ends_on,
  amount,
  updated_at,
  source_currency() as currency
from input
