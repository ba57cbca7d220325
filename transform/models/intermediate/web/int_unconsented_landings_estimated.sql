{{ config(materialized='view') }}

with

sourced_landings as (
  select business_date, channel, sum(landings) as landings
  from {{ ref('int_unconsented_landings') }}
  group by business_date, channel
),

visits_monthly as (
  select
    {{ month_start('session_date') }} as month,
    {{ count_where("channel = 'Direct'") }} as direct_sessions,
    {{ count_where("channel <> 'Direct'") }} as other_sessions
  from {{ ref('int_sessions_built') }}
  group by 1
),

-- Without an identifier, a page entered directly looks like one reached inside the shop.
direct_landings as (
  select
    landings.business_date,
    round(
      cast(landings.landings as double) * visits_monthly.direct_sessions / nullif(visits_monthly.other_sessions, 0), 2
    ) as landings
  from (
    select business_date, sum(landings) as landings
    from sourced_landings
    group by business_date
  ) as landings
  inner join visits_monthly on {{ month_start('landings.business_date') }} = visits_monthly.month
)

select business_date, channel, cast(landings as decimal(18, 2)) as landings
from sourced_landings
union all
select business_date, 'Direct', cast(landings as decimal(18, 2))
from direct_landings
where landings > 0
