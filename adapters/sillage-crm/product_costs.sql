select
  _record,
  sku,
  valid_from,
  unit_cost,
  source_currency() as currency
from input
