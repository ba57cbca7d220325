{{ config(materialized='on_demand', tags=['on_demand']) }}

{%- set idle_days = var('journey_idle_days', 30) -%}
with

{{ happenings_of_persons(var('attribution_lookback_days', 30)) }},

spaced as (
  select
    *,
    lag(happened_at) over (
      partition by person_key, orders_before order by happened_at, is_order, happening_key
    ) as previous_at
  from happenings
),

cut as (
  select
    *,
    sum(case when happened_at > {{ add_24h_days('previous_at', idle_days) }} then 1 else 0 end) over (
      partition by person_key, orders_before order by happened_at, is_order, happening_key
      rows between unbounded preceding and current row
    ) as pauses_before
  from spaced
),

ruled as (
  select
    *,
    is_order = 0
    {%- if var('attribution_direct', 'exclude') == 'exclude' %}
    and (
      not is_direct
      or min(case when is_order = 1 or is_direct then 1 else 0 end) over (
        partition by person_key, orders_before, pauses_before
      ) = 1
    )
    {%- endif %} as is_on_path
  from cut
),

journeys as (
  select
    person_key,
    orders_before,
    pauses_before,
    min(happened_at) as started_at,
    max(happened_at) as ended_at,
    max(case when is_order = 1 then happening_key end) as order_id,
    {{ count_where('is_on_path') }} as touch_count,
    max(case when is_on_path then channel end) as one_channel
  from ruled
  group by person_key, orders_before, pauses_before
),

-- Most journeys are one touchpoint: only the others need their texts put together.
paths as (
  select
    ruled.person_key,
    ruled.orders_before,
    ruled.pauses_before,
    {{ join_text('ruled.channel', ' > ', 'ruled.happened_at, ruled.happening_key') }} as channel_path
  from ruled
  inner join journeys
    on ruled.person_key = journeys.person_key
    and ruled.orders_before = journeys.orders_before
    and ruled.pauses_before = journeys.pauses_before
  where ruled.is_on_path and journeys.touch_count > 1
  group by ruled.person_key, ruled.orders_before, ruled.pauses_before
),

mixed_journeys as (
  select person_key, orders_before, pauses_before
  from ruled
  where is_on_path
  group by person_key, orders_before, pauses_before
  having min(channel) <> max(channel)
),

mixed_channels as (
  select distinct ruled.person_key, ruled.orders_before, ruled.pauses_before, ruled.channel
  from ruled
  inner join mixed_journeys
    on ruled.person_key = mixed_journeys.person_key
    and ruled.orders_before = mixed_journeys.orders_before
    and ruled.pauses_before = mixed_journeys.pauses_before
  where ruled.is_on_path
),

channels as (
  select
    person_key,
    orders_before,
    pauses_before,
    count(*) as channel_count,
    {{ join_text('channel', ' + ', 'channel') }} as channels
  from mixed_channels
  group by person_key, orders_before, pauses_before
),

-- What is not yet in one of the two sources cannot be told to be missing.
observed as (
  select least(visits.ended_at, coalesce(sales.ended_at, visits.ended_at)) as ended_at
  from (select max(touched_at) as ended_at from {{ ref('int_touchpoints_built') }}) as visits
  cross join (select max(placed_at) as ended_at from {{ ref('int_orders_ledgered') }}) as sales
)

select
  {{ hash_key(['journeys.person_key', epoch_micros('journeys.started_at'), 'journeys.orders_before', 'journeys.pauses_before']) }}
    as journey_key,
  journeys.person_key,
  journeys.started_at,
  journeys.ended_at,
  journeys.order_id is not null as is_converted,
  journeys.order_id,
  coalesce(orders.customer_status = 'new', false) as is_first_order,
  {{ money('coalesce(orders.net_revenue, 0)') }} as net_revenue,
  {{ money('coalesce(orders.contribution, 0)') }} as contribution,
  cast(journeys.touch_count as bigint) as touch_count,
  coalesce(paths.channel_path, journeys.one_channel) as channel_path,
  cast(coalesce(channels.channel_count, 1) as bigint) as channel_count,
  coalesce(channels.channels, journeys.one_channel) as channels
from journeys
left join paths
  on journeys.person_key = paths.person_key
  and journeys.orders_before = paths.orders_before
  and journeys.pauses_before = paths.pauses_before
left join channels
  on journeys.person_key = channels.person_key
  and journeys.orders_before = channels.orders_before
  and journeys.pauses_before = channels.pauses_before
left join orders on journeys.order_id = orders.order_id
where journeys.touch_count > 0
  and (
    journeys.order_id is not null
    or journeys.ended_at <= {{ add_24h_days('(select ended_at from observed)', -idle_days) }}
  )
