{{ config(materialized='reach', reach='reconciliation') }}

select touched_date from {{ touched('credits') }} as dates
union
select {{ add_days('touches.touched_date', 'spread.days') }}
from {{ touched('touches') }} as touches
cross join {{ day_offsets(0, var('reconciliation_lookback_days', 90) + 2) }} as spread
