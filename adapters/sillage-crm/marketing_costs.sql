select
  _record,
  cost_id,
  kind,
  channel,
  starts_on,
  ends_on,
  amount,
  updated_at,
  source_currency() as currency
from input
