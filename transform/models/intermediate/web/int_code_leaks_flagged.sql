{#- A code that many use long after the last post, as nobody did before, has likely found its way to a coupon site. -#}
{%- set recent_days = 28 -%}
{%- set usual_days = 364 -%}
{%- set least_quiet_days = 14 -%}
{%- set least_uses = 5 -%}
{%- set times_usual = 3 -%}
with

compared as (
  select
    *,
    sum(unexplained_uses) over lately as recent_uses,
    sum(quiet_days) over lately as recent_quiet_days,
    coalesce(sum(unexplained_uses) over earlier, 0) as uses_before,
    coalesce(sum(quiet_days) over earlier, 0) as quiet_days_before
  from {{ ref('int_code_uses_daily') }}
  window
    lately as (
      partition by code, influencer_id order by business_date
      rows between {{ recent_days - 1 }} preceding and current row
    ),
    earlier as (
      partition by code, influencer_id order by business_date
      rows between {{ recent_days + usual_days - 1 }} preceding and {{ recent_days }} preceding
    )
)

select
  code,
  influencer_id,
  business_date as order_date,
  cast(uses as bigint) as uses,
  cast(unexplained_uses as bigint) as unexplained_uses,
  cast(recent_uses as bigint) as recent_unexplained_uses,
  case
    when quiet_days_before >= {{ least_quiet_days }}
    then cast(cast(uses_before * recent_quiet_days as double) / quiet_days_before as decimal(18, 4))
  end as usual_unexplained_uses,
  quiet_days_before >= {{ least_quiet_days }}
  and recent_uses >= {{ least_uses }}
  and recent_uses * quiet_days_before > {{ times_usual }} * uses_before * recent_quiet_days as is_possible_leak
from compared
where uses > 0
