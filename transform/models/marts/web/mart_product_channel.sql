{{ config(partition_by='business_month', replace_by='business_date', reach='credits') }}

with

lines as (
  select
    order_id,
    order_date,
    sku,
    cast(sum(quantity) as decimal(18, 6)) as units,
    {{ sum_money('net_revenue') }} as net_revenue,
    {{ sum_money('contribution') }} as contribution
  from {{ ref('int_order_lines_ledgered') }}
  where is_kept and order_date in {{ touched('credits') }}
  group by order_id, order_date, sku
),

channel_credits as (
  select
    order_id,
    attribution_model,
    channel,
    sum(credited_orders) as credited_orders,
    count(*) over (partition by order_id, attribution_model) as channels
  from {{ ref('fct_attribution_credits') }}
  where order_date in {{ touched('credits') }}
  group by order_id, attribution_model, channel
),

whole as (
  select
    lines.order_date, channel_credits.attribution_model, channel_credits.channel, lines.sku,
    lines.units as credited_units, lines.net_revenue as credited_net_revenue, lines.contribution as credited_contribution
  from lines
  inner join channel_credits on lines.order_id = channel_credits.order_id
  where channel_credits.channels = 1
),

parts as (
  select
    lines.order_id, lines.order_date, channel_credits.attribution_model, channel_credits.channel, lines.sku,
    lines.units, lines.net_revenue, lines.contribution,
    cast(channel_credits.credited_orders * 1000000 as decimal(18, 2)) as weight
  from lines
  inner join channel_credits on lines.order_id = channel_credits.order_id
  where channel_credits.channels > 1
),

with_money as (
  {{ allocate('parts', ['order_id', 'attribution_model', 'sku'], 'weight', {
    'net_revenue': 'credited_net_revenue', 'contribution': 'credited_contribution',
  }, 'channel') }}
),

money_credited as (
  select
    order_id, order_date, attribution_model, channel, sku, units, weight, credited_net_revenue, credited_contribution
  from with_money
),

divided as (
  {{ allocate('money_credited', ['order_id', 'attribution_model', 'sku'], 'weight', {'units': 'credited_units'},
    'channel', digits=6) }}
),

credited as (
  select order_date, attribution_model, channel, sku, credited_units, credited_net_revenue, credited_contribution
  from whole
  union all
  select order_date, attribution_model, channel, sku, credited_units, credited_net_revenue, credited_contribution
  from divided
)

select
  attribution_model,
  channel,
  sku,
  cast(sum(credited_units) as decimal(18, 6)) as credited_units,
  {{ sum_money('credited_net_revenue') }} as credited_net_revenue,
  {{ sum_money('credited_contribution') }} as credited_contribution,
  order_date as business_date,
  {{ month_start('order_date') }} as business_month
from credited
group by order_date, attribution_model, channel, sku
