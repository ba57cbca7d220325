{{ config(replace_by='business_date', reach='sessions') }}

select
  landing_path,
  cast(count(*) as bigint) as sessions,
  cast(sum(page_views) as bigint) as page_views,
  cast({{ count_where('page_views <= 1 and not has_purchase') }} as bigint) as single_page_sessions,
  cast({{ count_where('has_product_view') }} as bigint) as with_product_view,
  cast({{ count_where('has_cart') }} as bigint) as with_cart,
  cast({{ count_where('has_order') }} as bigint) as with_order,
  session_date as business_date
from {{ ref('int_sessions_built') }}
where session_date in {{ touched('sessions') }}
group by session_date, landing_path
