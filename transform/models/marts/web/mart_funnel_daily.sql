select
  session_date as business_date,
  channel,
  device_type,
  cast(count(*) as bigint) as sessions,
  cast({{ count_where('has_product_view') }} as bigint) as with_product_view,
  cast({{ count_where('has_cart') }} as bigint) as with_cart,
  cast({{ count_where('has_checkout') }} as bigint) as with_checkout,
  cast({{ count_where('has_order') }} as bigint) as with_order
from {{ ref('int_sessions_built') }}
group by session_date, channel, device_type
