{{ config(replace_by='business_date', reach='sessions') }}

select
  channel,
  device_type,
  cast(count(*) as bigint) as sessions,
  cast({{ count_where('has_product_view') }} as bigint) as with_product_view,
  cast({{ count_where('has_cart') }} as bigint) as with_cart,
  cast({{ count_where('has_checkout') }} as bigint) as with_checkout,
  cast({{ count_where('has_order') }} as bigint) as with_order,
  session_date as business_date
from {{ ref('int_sessions_built') }}
where session_date in {{ touched('sessions') }}
group by session_date, channel, device_type
