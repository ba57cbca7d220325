{%- set shop_currency = "'" ~ var('shop_currency') ~ "'" -%}
with

held as (
  select reason, count(*) as orders, currency, sum(gross) as gross
  from {{ ref('int_orders_held') }}
  where is_kept
  group by reason, currency
),

leaks as (
  select code, influencer_id, min(order_date) as first_date, max(order_date) as last_date
  from {{ ref('int_code_leaks_flagged') }}
  where is_possible_leak
  group by code, influencer_id
),

leaked_codes as (
  select
    leaks.code || ' ' || leaks.influencer_id as item,
    cast(leaks.first_date as string) || ' – ' || cast(leaks.last_date as string) as detail,
    sum(orders.code_discount + orders.commission) as amount
  from leaks
  inner join {{ ref('int_influencer_orders_matched') }} as orders
    on leaks.code = orders.code
    and leaks.influencer_id = orders.influencer_id
    and orders.order_date between leaks.first_date and leaks.last_date
  where orders.is_kept
  group by leaks.code, leaks.influencer_id, leaks.first_date, leaks.last_date
),

findings as (
  select kind, item, detail, spend, {{ shop_currency }} as currency, sessions
  from {{ ref('int_campaigns_mismatched') }}
  union all
  select 'click_id_lost', landing_path, {{ join_text('platform', ' | ', 'platform') }}, 0, {{ shop_currency }}, sum(sessions)
  from {{ ref('int_landing_pages_losing_click_ids') }}
  group by landing_path
  union all
  select kind, cost_item || ' ' || currency, '', amount, currency, 0
  from {{ ref('int_costs_without_rate') }}
  union all
  select 'orders_held', reason || coalesce(' ' || currency, ''), cast(orders as string), gross, currency, 0
  from held
  union all
  select 'product_without_cost', sku, max(product_name), sum(net_revenue), {{ shop_currency }}, 0
  from {{ ref('int_order_lines_ledgered') }}
  where is_kept and is_cost_assumed
  group by sku
  union all
  select distinct
    'account_in_another_time_zone',
    platform || ' ' || account_id,
    account_time_zone,
    cast(0 as decimal(18, 2)),
    {{ shop_currency }},
    0
  from {{ ref('stg_advertising__pulls') }}
  where account_time_zone <> '{{ var("shop_time_zone") }}'
  union all
  select 'code_possibly_leaked', item, detail, amount, {{ shop_currency }}, 0
  from leaked_codes
)

select
  kind,
  item,
  detail,
  {{ money('coalesce(spend, 0)') }} as spend,
  currency,
  cast(sessions as bigint) as sessions
from findings
