{{ config(replace_by='event_date', reach='purchases') }}

with

purchases as (
  select
    transaction_id as order_id,
    event_date,
    occurred_at,
    event_id,
    case when not is_bot then visitor_key end as visitor_key,
    has_consent,
    is_bot,
    row_number() over (partition by transaction_id, event_date order by occurred_at, event_id) as repetition
  from {{ ref('int_events_cleaned') }}
  where event_name = 'purchase'
    and transaction_id is not null
    and event_date in {{ touched('purchases') }}
),

sessions as (
  select session_key, visitor_key, session_date, started_at, ended_at
  from {{ ref('int_sessions_built') }}
  where has_purchase
    and session_date in (
      select {{ add_days('touched_date', 'days') }} from {{ touched('purchases') }} as dates
      cross join (select -1 as days union all select 0) as shifts
    )
)

select
  purchases.order_id,
  purchases.occurred_at,
  purchases.visitor_key,
  purchases.has_consent,
  purchases.is_bot,
  sessions.session_key,
  sessions.started_at as session_started_at,
  purchases.event_date
from purchases
left join sessions
  on purchases.visitor_key = sessions.visitor_key
  and sessions.session_date between {{ add_days('purchases.event_date', -1) }} and purchases.event_date
  and purchases.occurred_at between sessions.started_at and sessions.ended_at
where purchases.repetition = 1
