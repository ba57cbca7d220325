select
  business_date,
  cast({{ add_days('business_date', '1 - ' ~ day_of_week('business_date')) }} as date) as week_start_date,
  {{ month_start('business_date') }} as month_start_date,
  cast(extract(year from business_date) as int) as year_number,
  cast(extract(quarter from business_date) as int) as quarter_number,
  cast(extract(month from business_date) as int) as month_number,
  cast({{ day_of_week('business_date') }} as int) as day_of_week,
  {{ day_of_week('business_date') }} >= 6 as is_weekend
from {{ ref('int_dates_spanned') }}
