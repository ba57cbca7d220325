{#-
  CTEs that end in `happenings`: every touchpoint and order of every person, the orders numbered, a code with the
  order it was used in; and `orders`, the kept ones with their person. Who a touchpoint belongs to: the buyer it led
  to, else the customer known on the device, else the device.
-#}
{% macro happenings_of_persons(lookback_days) -%}
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
observations as (
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
  from observations
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
happenings as (
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
)
{%- endmacro %}
