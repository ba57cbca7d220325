{{ config(replace_by='business_date', reach='funnel') }}

-- Where the seven days of a visitor begin depends on all that came before: whole visitors, by what they saw on a date.
with recursive

visitors as (
  select visitor_key
  from {{ ref('int_sessions_built') }}
  where product_views > 0 and session_date in {{ touched('funnel') }}
),

{{ seven_day_windows('windows', ref('int_sessions_built'), 'visitors') }}

select
  channel,
  device_type,
  cast(count(*) as bigint) as with_product_view,
  cast({{ count_where('has_cart') }} as bigint) as with_cart,
  cast({{ count_where('has_checkout') }} as bigint) as with_checkout,
  cast({{ count_where('has_order') }} as bigint) as with_order,
  {{ is_seven_day_window_over('session_date', '(select max(session_date) from ' ~ ref('int_sessions_built') ~ ')') }}
    as is_over,
  session_date as business_date
from windows
where session_date in {{ touched('funnel') }}
group by session_date, channel, device_type
