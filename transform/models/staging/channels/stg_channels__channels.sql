select
  channel,
  cast(channel_order as int) as channel_order,
  channel_kind,
  channel_kind = 'paid' as is_paid,
  description
from {{ ref('channels.generated') }}
