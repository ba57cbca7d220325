{%- set lookback_days = var('attribution_lookback_days', 30) -%}
{%- set idle_days = var('journey_idle_days', 30) -%}
with

identity as (
  select * from {{ ref('int_identity_resolved') }}
),

known_touchpoints as (
  select
    touchpoints.touchpoint_key,
    touchpoints.session_key,
    touchpoints.visitor_key,
    touchpoints.touched_at,
    touchpoints.channel,
    touchpoints.is_direct,
    identity.customer_id
  from {{ ref('int_touchpoints_built') }} as touchpoints
  left join identity
    on touchpoints.visitor_key = identity.visitor_key
    and touchpoints.touched_at >= identity.valid_from
    and touchpoints.touched_at < identity.valid_to
  where not coalesce(identity.is_shared, false)
),

purchases as (
  select order_id, visitor_key, session_key
  from (
    select
      order_id,
      visitor_key,
      session_key,
      row_number() over (partition by order_id order by occurred_at, visitor_key) as purchase_rank
    from {{ ref('int_session_orders') }}
    where session_key is not null
  ) as ranked
  where purchase_rank = 1
),

-- A guest is the customer of the session, else the device.
orders as (
  select
    ledger.order_id,
    ledger.placed_at,
    ledger.customer_status,
    ledger.net_revenue,
    ledger.contribution,
    purchases.visitor_key,
    purchases.session_key,
    case
      when ledger.person_key not like 'order:%' then ledger.person_key
      else coalesce(own_session.customer_id, 'visitor:' || own_session.visitor_key, ledger.person_key)
    end as person_key
  from {{ ref('int_orders_ledgered') }} as ledger
  left join purchases on ledger.order_id = purchases.order_id
  left join known_touchpoints as own_session on purchases.session_key = own_session.touchpoint_key
  where ledger.is_kept
),

-- Touchpoints that an order claims for its buyer: those of its session, and the device's while nobody was known on it.
buyers as (
  select touchpoint_key, person_key
  from (
    select
      touchpoints.touchpoint_key,
      orders.person_key,
      row_number() over (
        partition by touchpoints.touchpoint_key
        order by
          case when touchpoints.session_key = orders.session_key then 0 else 1 end, orders.placed_at, orders.order_id
      ) as claim
    from known_touchpoints as touchpoints
    inner join orders on touchpoints.visitor_key = orders.visitor_key
    where (touchpoints.customer_id is null or touchpoints.session_key = orders.session_key)
      and touchpoints.touched_at <= orders.placed_at
      and touchpoints.touched_at >= {{ add_24h_days('orders.placed_at', -lookback_days) }}
  ) as claims
  where claim = 1
),

-- What happened to a person, an order after the touchpoints of its instant.
happenings as (
  select
    coalesce(buyers.person_key, touchpoints.customer_id, 'visitor:' || touchpoints.visitor_key) as person_key,
    touchpoints.touched_at as happened_at,
    touchpoints.touchpoint_key as happening_key,
    touchpoints.channel,
    touchpoints.is_direct,
    0 as is_order
  from known_touchpoints as touchpoints
  left join buyers on touchpoints.touchpoint_key = buyers.touchpoint_key
  union all
  select person_key, placed_at, order_id, cast(null as string), false, 1
  from orders
),

portioned as (
  select
    *,
    coalesce(sum(is_order) over (
      partition by person_key order by happened_at, is_order, happening_key
      rows between unbounded preceding and 1 preceding
    ), 0) as orders_before
  from happenings
),

portioned_orders as (
  select
    person_key,
    happening_key as order_id,
    orders_before,
    lag(happened_at) over (partition by person_key order by orders_before) as previous_placed_at
  from portioned
  where is_order = 1
),

-- A code belongs to the order it was used in; what it is dated at before the order before is moved behind that one.
with_codes as (
  select person_key, orders_before, happened_at, happening_key, channel, is_direct, is_order
  from portioned
  union all
  select
    portioned_orders.person_key,
    portioned_orders.orders_before,
    greatest(codes.touched_at, coalesce(portioned_orders.previous_placed_at, codes.touched_at)),
    codes.touchpoint_key,
    codes.channel,
    codes.is_direct,
    0
  from {{ ref('int_order_touchpoints') }} as codes
  inner join portioned_orders on codes.order_id = portioned_orders.order_id
  where codes.kind = 'code'
),

spaced as (
  select
    *,
    lag(happened_at) over (
      partition by person_key, orders_before order by happened_at, is_order, happening_key
    ) as previous_at
  from with_codes
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
