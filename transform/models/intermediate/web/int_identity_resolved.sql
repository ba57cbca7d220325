{%- set window_days = 30 -%}
{%- set lookback_days = var('attribution_lookback_days', 30) -%}
with

customers_by_email as (
  select email_hash, min(customer_id) as customer_id
  from {{ ref('stg_crm__customers') }}
  where email_hash is not null
  group by email_hash
),

sightings as (
  select
    events.visitor_key,
    events.occurred_at,
    coalesce(events.customer_id, customers_by_email.customer_id, events.email_hash) as customer_id
  from {{ ref('int_events_cleaned') }} as events
  left join customers_by_email on events.email_hash = customers_by_email.email_hash
  where events.visitor_key is not null
    and not events.is_bot
    and (events.customer_id is not null or events.email_hash is not null)
),

-- Two customers at the very same instant: the one that sorts last holds, as if it came a moment later.
logins as (
  select visitor_key, occurred_at, max(customer_id) as customer_id
  from sightings
  group by visitor_key, occurred_at
),

changes as (
  select
    visitor_key,
    occurred_at,
    customer_id,
    lag(customer_id) over (partition by visitor_key order by occurred_at) as previous_customer_id
  from logins
),

stays as (
  select
    visitor_key,
    customer_id,
    case
      when previous_customer_id is null then {{ add_24h_days('occurred_at', -lookback_days) }}
      else occurred_at
    end as valid_from,
    coalesce(
      lead(occurred_at) over (partition by visitor_key order by occurred_at), cast('9999-12-31' as timestamp)
    ) as valid_to
  from changes
  where previous_customer_id is null or previous_customer_id <> customer_id
),

crowded_visitors as (
  select visitor_key
  from sightings
  group by visitor_key
  having count(distinct customer_id) > {{ var('identity_max_customers_per_device', 4) }}
),

crowded_sightings as (
  select sightings.*
  from sightings
  inner join crowded_visitors on sightings.visitor_key = crowded_visitors.visitor_key
),

-- Between two of these instants the set of customers within the window either side cannot change.
cuts as (
  select visitor_key, {{ add_24h_days('occurred_at', -window_days) }} as cut_at from crowded_sightings
  union
  select visitor_key, {{ add_seconds(add_24h_days('occurred_at', window_days), 1) }} as cut_at from crowded_sightings
  union
  select stays.visitor_key, stays.valid_from
  from stays
  inner join crowded_visitors on stays.visitor_key = crowded_visitors.visitor_key
),

spans as (
  select
    visitor_key,
    cut_at as valid_from,
    coalesce(lead(cut_at) over (partition by visitor_key order by cut_at), cast('9999-12-31' as timestamp)) as valid_to
  from cuts
),

crowds as (
  select
    spans.visitor_key,
    spans.valid_from,
    spans.valid_to,
    count(distinct crowded_sightings.customer_id) > {{ var('identity_max_customers_per_device', 4) }} as is_shared
  from spans
  left join crowded_sightings
    on spans.visitor_key = crowded_sightings.visitor_key
    and crowded_sightings.occurred_at >= {{ add_24h_days('spans.valid_from', -window_days) }}
    and crowded_sightings.occurred_at < {{ add_24h_days('spans.valid_to', window_days) }}
    and spans.valid_from <= {{ add_24h_days('crowded_sightings.occurred_at', window_days) }}
    and spans.valid_from >= {{ add_24h_days('crowded_sightings.occurred_at', -window_days) }}
  group by spans.visitor_key, spans.valid_from, spans.valid_to
),

uncrowded as (
  select stays.visitor_key, stays.valid_from, stays.valid_to, stays.customer_id, false as is_shared
  from stays
  left join crowded_visitors on stays.visitor_key = crowded_visitors.visitor_key
  where crowded_visitors.visitor_key is null
),

crowded as (
  select
    crowds.visitor_key,
    crowds.valid_from,
    crowds.valid_to,
    case when not crowds.is_shared then stays.customer_id end as customer_id,
    crowds.is_shared
  from crowds
  left join stays
    on crowds.visitor_key = stays.visitor_key
    and stays.valid_from <= crowds.valid_from
    and crowds.valid_from < stays.valid_to
)

select * from uncrowded
union all
select * from crowded
where is_shared or customer_id is not null
