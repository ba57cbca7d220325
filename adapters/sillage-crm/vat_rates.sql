select
  _record,
  territory,
  tax_class,
  valid_from,
  valid_to,
  rate
from input
