{{ config(materialized='reach', reach='funnel') }}

{#- A visit moves where its visitor's later seven days begin, as far as the next one that begins the same anyway. -#}
with recursive

visitors as (
  select visitor_key from {{ ref('int_sessions_built') }} where session_date in {{ touched('sessions') }}
  union
  select visitor_key from {{ published('int_sessions_built') }} where session_date in {{ touched('sessions') }}
),

{{ seven_day_windows('windows', ref('int_sessions_built'), 'visitors') }},

{{ seven_day_windows('windows_before', published('int_sessions_built'), 'visitors') }},

changed_windows as (
  (select * from windows except select * from windows_before)
  union all
  (select * from windows_before except select * from windows)
),

newest as (
  select max(session_date) as session_date from {{ ref('int_sessions_built') }}
)

select session_date as touched_date from changed_windows
union
select funnel.business_date
from {{ published('mart_funnel_7_days') }} as funnel
cross join newest
where funnel.is_over <> ({{ is_seven_day_window_over('funnel.business_date', 'newest.session_date') }})
