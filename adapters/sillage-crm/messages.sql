select
  _record,
  message_id,
  medium,
  campaign_name,
  sent_at,
  recipients,
  cost,
  source_currency() as currency
from input
