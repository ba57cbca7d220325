{{ config(materialized='view') }}

{#- A page is taken to lose the id of a network that puts one on nearly every click when none of so many visits has it. -#}
{%- set least_visits = 5 -%}
{%- set usual_share = 0.9 -%}
with

pages as (
  select
    platform,
    landing_path,
    sum(case when has_click_id then 1 else 0 end) as with_id,
    sum(case when has_click_id then 0 else 1 end) as without_id
  from {{ ref('int_sessions_built') }}
  where channel in (
    'Cross-network', 'Paid Shopping', 'Paid Search', 'Paid Social', 'Paid Video', 'Display', 'Paid Other', 'Organic Social'
  )
  group by platform, landing_path
),

networks as (
  select platform, sum(with_id) as with_id, sum(without_id) as without_id
  from pages
  group by platform
),

advertised as (
  select platform
  from {{ ref('int_marketing_costs_daily') }}
  where cost_kind = 'ad_spend'
  group by platform, campaign_id
  having sum(amount) > 0
)

select
  pages.landing_path,
  pages.platform,
  cast(pages.without_id as bigint) as sessions
from pages
inner join networks on pages.platform = networks.platform
where (pages.platform in ('google', 'microsoft') and pages.without_id > 0)
  or (
    pages.with_id = 0
    and pages.without_id >= {{ least_visits }}
    and networks.with_id > 0
    and networks.with_id >= {{ usual_share }} * (networks.with_id + networks.without_id - pages.without_id)
    and pages.platform in (select platform from advertised)
  )
