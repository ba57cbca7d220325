{{ config(materialized='view') }}

{%- set half_life_hours = var('time_decay_half_life_days', 7) * 24 -%}
{%- set order_columns = ['order_id', 'order_date', 'attribution_model', 'touchpoint_key', 'channel', 'platform', 'campaign_id', 'campaign_name', 'influencer_id'] -%}
with

orders as (
  select
    order_id,
    order_date,
    customer_status,
    sales_ex_vat,
    net_revenue,
    contribution,
    cast(1 as decimal(18, 6)) as one_order
  from {{ ref('int_orders_ledgered') }}
  where is_kept and order_date in {{ touched('credits') }}
),

touchpoints as (
  select
    touchpoints.*,
    {% if var('attribution_direct', 'exclude') == 'exclude' -%}
    not is_direct or min(case when is_direct then 1 else 0 end) over (partition by order_id) = 1
    {%- else -%}
    true
    {%- endif %} as is_eligible
  from {{ ref('int_order_touchpoints') }} as touchpoints
  where order_date in {{ touched('credits') }}
),

eligible as (
  select
    *,
    row_number() over (partition by order_id order by position) as eligible_position,
    count(*) over (partition by order_id) as eligible_count
  from touchpoints
  where is_eligible
),

-- Whole credit goes to one touchpoint: nothing to divide.
single as (
  select 'last' as attribution_model, touchpoints.* from touchpoints where position = touch_count
  {%- for model, condition in [
    ('first', 'eligible_position = 1'),
    ('last_non_direct', 'eligible_position = eligible_count'),
    ('linear', 'eligible_count = 1'),
    ('position', 'eligible_count = 1'),
    ('time_decay', 'eligible_count = 1'),
  ] %}
  union all
  select
    '{{ model }}',
    order_id, touchpoint_key, touched_at, kind, position, touch_count, hours_before_order, channel, platform,
    campaign_id, campaign_name, influencer_id, is_direct, order_date, order_month, is_eligible
  from eligible
  where {{ condition }}
  {%- endfor %}
),

models as (
  select 'linear' as attribution_model
  union all
  select 'position'
  union all
  select 'time_decay'
),

weighed as (
  select
    eligible.order_id,
    orders.order_date,
    models.attribution_model,
    eligible.touchpoint_key,
    eligible.channel,
    eligible.platform,
    eligible.campaign_id,
    eligible.campaign_name,
    eligible.influencer_id,
    orders.one_order,
    orders.sales_ex_vat,
    orders.net_revenue,
    orders.contribution,
    cast(
      case
        when models.attribution_model = 'linear' then 1
        when models.attribution_model = 'time_decay'
        then 10000000 * power(2, -eligible.hours_before_order / {{ half_life_hours }})
        when eligible.eligible_count = 2 then 1
        when eligible.eligible_position in (1, eligible.eligible_count) then 2 * (eligible.eligible_count - 2)
        else 1
      end as decimal(18, 2)
    ) as weight
  from eligible
  inner join orders on eligible.order_id = orders.order_id
  cross join models
  where eligible.eligible_count > 1
),

with_money as (
  {{ allocate('weighed', ['order_id', 'attribution_model'], 'weight', {
    'sales_ex_vat': 'credited_sales_ex_vat',
    'net_revenue': 'credited_net_revenue',
    'contribution': 'credited_contribution',
  }, 'touchpoint_key') }}
),

money_credited as (
  select
    {{ order_columns | join(', ') }}, one_order, weight,
    credited_sales_ex_vat, credited_net_revenue, credited_contribution
  from with_money
),

divided as (
  {{ allocate('money_credited', ['order_id', 'attribution_model'], 'weight', {'one_order': 'credited_orders'},
    'touchpoint_key', digits=6) }}
),

untouched as (
  select orders.order_id, models.attribution_model
  from orders
  left join (select distinct order_id from touchpoints) as seen on orders.order_id = seen.order_id
  cross join (
    {%- for model in attribution_models() %}
    select '{{ model }}' as attribution_model
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
  ) as models
  where seen.order_id is null
),

credits as (
  select
    {{ order_columns | join(', ') }},
    credited_orders, credited_sales_ex_vat, credited_net_revenue, credited_contribution
  from divided
  union all
  select
    single.order_id, orders.order_date, single.attribution_model, single.touchpoint_key, single.channel,
    single.platform, single.campaign_id, single.campaign_name, single.influencer_id,
    orders.one_order, orders.sales_ex_vat, orders.net_revenue, orders.contribution
  from single
  inner join orders on single.order_id = orders.order_id
  union all
  select
    untouched.order_id, orders.order_date, untouched.attribution_model, '', 'Unattributed', '', '', '', '',
    orders.one_order, orders.sales_ex_vat, orders.net_revenue, orders.contribution
  from untouched
  inner join orders on untouched.order_id = orders.order_id
)

select
  credits.order_id,
  credits.attribution_model,
  credits.touchpoint_key,
  credits.channel,
  credits.platform,
  credits.campaign_id,
  credits.campaign_name,
  credits.influencer_id,
  credits.credited_orders,
  credits.credited_sales_ex_vat,
  credits.credited_net_revenue,
  credits.credited_contribution,
  cast(credits.credited_sales_ex_vat - credits.credited_net_revenue as decimal(18, 2)) as clawed_back_net_revenue,
  case when orders.customer_status = 'new' then credits.credited_orders else cast(0 as decimal(18, 6)) end
    as credited_new_customers,
  credits.order_date,
  {{ month_start('credits.order_date') }} as order_month
from credits
inner join orders on credits.order_id = orders.order_id
