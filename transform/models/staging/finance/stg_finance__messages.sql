select
  message_id,
  medium,
  campaign_name,
  sent_at,
  {{ business_date('sent_at') }} as sent_date,
  recipients,
  cost,
  currency
from {{ source('bronze', 'messages') }}
{{ earliest_per('message_id') }}
