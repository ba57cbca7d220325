select
  _record,
  customer_id,
  purpose,
  state,
  changed_at
from input
