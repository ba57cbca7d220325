{#-
  CTEs that end in `numbered`: every event with whether it starts a session of its visitor, and with the number of its
  session. `events` is a relation of consented, human events like int_events_cleaned.
-#}
{% macro events_numbered_by_session(events) -%}
{%- set gap_seconds = session_gap_minutes() ~ ' * 60' %}
-- Only a visitor with this many events can fill a date (of 23 hours at least) without leaving a gap.
dense_visitor_days as (
  select visitor_key, event_date
  from {{ events }} as events
  group by visitor_key, event_date
  having count(*) >= 22 * 60 / {{ session_gap_minutes() }}
),

dense_events as (
  select
    events.visitor_key,
    events.event_date,
    events.occurred_at,
    lag(events.occurred_at) over (
      partition by events.visitor_key, events.event_date order by events.occurred_at
    ) as previous_at,
    {{ business_day_start('events.event_date') }} as day_started_at,
    {{ business_day_start(add_days('events.event_date', 1)) }} as day_ended_at
  from {{ events }} as events
  inner join dense_visitor_days
    on events.visitor_key = dense_visitor_days.visitor_key and events.event_date = dense_visitor_days.event_date
),

gapless_visitor_days as (
  select visitor_key, {{ add_days('event_date', 1) }} as next_date
  from dense_events
  group by visitor_key, event_date
  having max({{ seconds_between('coalesce(previous_at, day_started_at)', 'occurred_at') }}) <= {{ gap_seconds }}
    and {{ seconds_between('max(occurred_at)', 'max(day_ended_at)') }} <= {{ gap_seconds }}
),

followed as (
  select
    visitor_key,
    event_date,
    occurred_at,
    event_id,
    event_name,
    lag(occurred_at) over visitor_events as previous_at,
    lag(event_date) over visitor_events as previous_date
    {%- if var('session_split_campaign', false) %},
    source_key,
    {{ last_known('source_key', 'visitor_key', 'occurred_at, event_id') }} as known_source_key
    {%- endif %}
  from {{ events }} as events
  window visitor_events as (partition by visitor_key order by occurred_at, event_id)
),

marked as (
  select
    followed.visitor_key,
    followed.event_date,
    followed.occurred_at,
    followed.event_id,
    followed.event_name,
    case
      when followed.previous_at is null
        or {{ seconds_between('followed.previous_at', 'followed.occurred_at') }} > {{ gap_seconds }}
        {%- if var('session_split_midnight', false) %}
        or followed.previous_date <> followed.event_date
        {%- endif %}
        or (followed.previous_date <> followed.event_date and gapless_visitor_days.visitor_key is not null)
        {%- if var('session_split_campaign', false) %}
        or followed.is_source_change
        {%- endif %}
      then 1
      else 0
    end as is_start
  from {% if var('session_split_campaign', false) -%}
  (
    select
      *,
      source_key is not null
      and source_key is distinct from lag(known_source_key) over (
        partition by visitor_key order by occurred_at, event_id
      ) as is_source_change
    from followed
  ) as followed
  {%- else %}followed{% endif %}
  left join gapless_visitor_days
    on followed.visitor_key = gapless_visitor_days.visitor_key
    and followed.event_date = gapless_visitor_days.next_date
),

numbered as (
  select
    *,
    sum(is_start) over (
      partition by visitor_key order by occurred_at, event_id rows between unbounded preceding and current row
    ) as session_number
  from marked
)
{%- endmacro %}
