select channel, channel_order, channel_kind, is_paid, description
from {{ ref('stg_channels__channels') }}
