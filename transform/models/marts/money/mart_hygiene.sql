{#- A page is taken to lose the id of a network that puts one on nearly every click when none of so many visits has it. -#}
{%- set least_visits = 5 -%}
{%- set usual_share = 0.9 -%}
with spend as (
  select
    platform,
    campaign_id,
    max(campaign_name) as campaign_name,
    sum(amount) as spend
  from {{ ref('int_marketing_costs_daily') }}
  where cost_kind = 'ad_spend'
  group by platform, campaign_id
  having sum(amount) > 0
),

sessions as (
  select
    platform,
    campaign_id,
    campaign_name,
    channel,
    landing_path,
    has_click_id,
    count(*) as sessions
  from {{ ref('int_sessions_built') }}
  where channel <> 'Direct'
  group by platform, campaign_id, campaign_name, channel, landing_path, has_click_id
),

paid_sessions as (
  select *
  from sessions
  where channel in ('Cross-network', 'Paid Shopping', 'Paid Search', 'Paid Social', 'Paid Video', 'Display', 'Paid Other')
),

pages as (
  select
    platform,
    landing_path,
    sum(case when has_click_id then sessions else 0 end) as with_id,
    sum(case when has_click_id then 0 else sessions end) as without_id
  from (
    select * from paid_sessions
    union all
    select * from sessions where channel = 'Organic Social'
  ) as clicks
  group by platform, landing_path
),

networks as (
  select platform, sum(with_id) as with_id, sum(without_id) as without_id
  from pages
  group by platform
),

pages_without_id as (
  select pages.platform, pages.landing_path, pages.without_id
  from pages
  inner join networks on pages.platform = networks.platform
  where (pages.platform in ('google', 'microsoft') and pages.without_id > 0)
    or (
      pages.with_id = 0
      and pages.without_id >= {{ least_visits }}
      and networks.with_id > 0
      and networks.with_id >= {{ usual_share }} * (networks.with_id + networks.without_id - pages.without_id)
      and pages.platform in (select platform from spend)
    )
),

campaigns_seen as (
  select platform, campaign_id, sum(sessions) as sessions
  from sessions
  where campaign_id <> ''
  group by platform, campaign_id
),

-- Spellings as they stand in links, before a known campaign's name replaces them.
sources as (
  select source_key, min(utm_campaign) as utm_campaign
  from {{ ref('int_events_cleaned') }}
  where utm_campaign is not null
  group by source_key
),

spellings as (
  select
    {{ regexp_replace_all('sources.utm_campaign', '[^a-z0-9]', '') }} as normal_name,
    sources.utm_campaign as campaign_name,
    count(*) as sessions
  from {{ ref('int_sessions_built') }} as sessions
  inner join sources on sessions.source_key = sources.source_key
  group by sources.utm_campaign
),

held as (
  select reason, count(*) as orders, currency, sum(gross) as gross
  from {{ ref('int_orders_held') }}
  where is_kept
  group by reason, currency
),

findings as (
  select
    'spend_without_sessions' as kind,
    spend.platform || ' ' || spend.campaign_id as item,
    spend.campaign_name as detail,
    spend.spend as spend,
    '{{ var("shop_currency") }}' as currency,
    0 as sessions
  from spend
  left join campaigns_seen on spend.platform = campaigns_seen.platform and spend.campaign_id = campaigns_seen.campaign_id
  where campaigns_seen.campaign_id is null
  union all
  select
    'sessions_without_spend',
    trim(paid_sessions.platform || ' ' || coalesce(nullif(paid_sessions.campaign_id, ''), paid_sessions.campaign_name, '')),
    max(paid_sessions.channel),
    0,
    '{{ var("shop_currency") }}',
    sum(paid_sessions.sessions)
  from paid_sessions
  left join spend on paid_sessions.platform = spend.platform and paid_sessions.campaign_id = spend.campaign_id
  where spend.campaign_id is null
  group by 2
  union all
  select
    'spelling_variants',
    normal_name,
    {{ join_text('campaign_name', ' | ', 'campaign_name') }},
    0,
    '{{ var("shop_currency") }}',
    sum(sessions)
  from spellings
  where normal_name <> ''
  group by normal_name
  having count(*) > 1
  union all
  select
    'click_id_lost',
    landing_path,
    {{ join_text('platform', ' | ', 'platform') }},
    0,
    '{{ var("shop_currency") }}',
    sum(without_id)
  from pages_without_id
  group by landing_path
  union all
  select
    kind,
    cost_item || ' ' || currency,
    '',
    amount,
    currency,
    0
  from {{ ref('int_costs_without_rate') }}
  union all
  select
    'orders_held',
    reason || coalesce(' ' || currency, ''),
    cast(orders as string),
    gross,
    currency,
    0
  from held
  union all
  select
    'product_without_cost',
    sku,
    max(product_name),
    sum(net_revenue),
    '{{ var("shop_currency") }}',
    0
  from {{ ref('int_order_lines_ledgered') }}
  where is_kept and is_cost_assumed
  group by sku
  union all
  select distinct
    'account_in_another_time_zone',
    platform || ' ' || account_id,
    account_time_zone,
    cast(0 as decimal(18, 2)),
    '{{ var("shop_currency") }}',
    0
  from {{ ref('stg_advertising__pulls') }}
  where account_time_zone <> '{{ var("shop_time_zone") }}'
)

select
  kind,
  item,
  detail,
  {{ money('coalesce(spend, 0)') }} as spend,
  currency,
  cast(sessions as bigint) as sessions
from findings
