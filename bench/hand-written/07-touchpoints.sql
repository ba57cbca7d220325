-- Who was behind each visit, and which visits came before each order.
create table sightings as
select distinct visitor, occurred_at,
  coalesce(events.customer_id, customer_by_email.customer_id, events.email_key) as customer_id
from events
left join customer_by_email on events.email_key = customer_by_email.email_key
where visitor is not null and not is_bot and (events.customer_id is not null or events.email_key is not null);

-- On a device the last login counts, the first one for a month before it too. More than four customers within a
-- month either side make it a shared one, which tells nothing.
create table identities as
with logins as (
  select visitor, occurred_at, max(customer_id) as customer_id from sightings group by all
),
stays as (
  select
    visitor, customer_id,
    case when previous is null then occurred_at - interval 720 hour else occurred_at end as valid_from,
    coalesce(lead(occurred_at) over (partition by visitor order by occurred_at), timestamp '9999-12-31') as valid_to
  from (select *, lag(customer_id) over (partition by visitor order by occurred_at) as previous from logins)
  where previous is distinct from customer_id
),
crowded as (
  select visitor from sightings group by visitor having count(distinct customer_id) > 4
),
cuts as (
  select visitor, occurred_at - interval 720 hour as cut_at from sightings semi join crowded using (visitor)
  union select visitor, occurred_at + interval 720 hour + interval 1 second from sightings semi
    join crowded using (visitor)
  union select visitor, valid_from from stays semi join crowded using (visitor)
),
spans as (
  select visitor, cut_at as valid_from,
    coalesce(lead(cut_at) over (partition by visitor order by cut_at), timestamp '9999-12-31') as valid_to
  from cuts
),
crowds as (
  select spans.visitor, valid_from, valid_to, count(distinct customer_id) > 4 as is_shared
  from spans
  left join sightings
    on spans.visitor = sightings.visitor
    and valid_from between occurred_at - interval 720 hour and occurred_at + interval 720 hour
  group by all
)
select visitor, valid_from, valid_to, customer_id, false as is_shared from stays anti join crowded using (visitor)
union all
select crowds.visitor, crowds.valid_from, crowds.valid_to, case when not is_shared then customer_id end, is_shared
from crowds
left join stays
  on crowds.visitor = stays.visitor and stays.valid_from <= crowds.valid_from and crowds.valid_from < stays.valid_to
where is_shared or customer_id is not null;

-- A visit is a touchpoint, and so is every later change of source in it.
create table touchpoints as
with changes as (
  select
    sessions.session_key, sessions.visitor, sessions.session_date, occurred_at, events.source_id,
    row(sources.channel, sources.platform, sources.source, sources.medium, sources.campaign_name, sources.campaign_id,
      sources.influencer_id) as marketing,
    lag(marketing) over (partition by sessions.session_key order by occurred_at, event_id) as previous
  from session_events as events
  join sources using (source_id)
  join sessions using (visitor, session_number)
  where events.is_marketing
),
touches as (
  select
    session_key as touchpoint_key, started_at as touched_at, visitor, session_key, 'session' as kind, channel,
    platform, campaign_id,
    campaign_name, influencer_id, channel = 'Direct' as is_direct, session_date as touch_date
  from sessions
  union all
  select
    md5(session_key || '|' || epoch_us(occurred_at)), occurred_at, visitor, session_key, 'source_change', channel,
    platform,
    campaign_id, campaign_name, influencer_id, false, session_date
  from (
    select session_key, visitor, session_date, occurred_at, min(source_id) as source_id
    from changes where previous is not null and previous <> marketing group by all
  )
  join sources using (source_id)
)
select touches.*, identities.customer_id, coalesce(is_shared, false) as is_shared
from touches
left join identities on touches.visitor = identities.visitor and touched_at >= valid_from and touched_at < valid_to;

create table purchases as
select order_id, event_date, occurred_at, has_consent, is_bot, session_key, started_at,
  case when not is_bot then events.visitor end as visitor
from (
  from events where event_name = 'purchase' and order_id is not null
  qualify row_number() over (partition by order_id, event_date order by occurred_at, event_id) = 1
) as events
left join sessions
  on events.visitor = sessions.visitor and not is_bot and session_date between event_date - 1 and event_date
  and occurred_at between started_at and ended_at;

-- An order looks back on 30 days of its person, of its session's customer, of its device while nobody was known on it.
create table order_touchpoints as
with visited as (
  select ledger.order_id, order_date, placed_at, person_key, visitor, session_key, started_at,
    touchpoints.customer_id as session_customer
  from ledger
  left join (
    from purchases where session_key is not null qualify row_number() over (partition by order_id order by occurred_at,
      visitor) = 1
  ) as purchases on ledger.order_id = purchases.order_id
  left join (select touchpoint_key, customer_id from touchpoints) as touchpoints on session_key = touchpoint_key
  where is_kept
),
candidates as (
  select order_id, touchpoint_key from visited join touchpoints on person_key = customer_id
  where touched_at between placed_at - interval 720 hour and placed_at
  union
  select order_id, touchpoint_key from visited join touchpoints on session_customer = customer_id
  where person_key like 'order:%' and touched_at between placed_at - interval 720 hour and placed_at
  union
  select order_id, touchpoint_key from visited join touchpoints on visited.visitor = touchpoints.visitor
  where (customer_id is null or touchpoints.session_key = visited.session_key) and not is_shared
    and touched_at between placed_at - interval 720 hour and placed_at
),
visits as (
  select order_id, order_date, placed_at, touchpoint_key, touched_at, kind, channel, platform, campaign_id,
    campaign_name, influencer_id, is_direct
  from candidates join touchpoints using (touchpoint_key) join visited using (order_id)
),
-- Where no purchase event names the order, its visit is its buyer's that was going on.
going_on as (
  select order_id, max(sessions.started_at) as going_on_since
  from visits join sessions on touchpoint_key = sessions.session_key
  where placed_at <= ended_at + interval 30 minute
  group by order_id
),
-- A code typed in is its influencer's touchpoint, dated at the latest post, unless a link of theirs is there already.
codes as (
  select order_id, order_date, placed_at, uses.influencer_id, influencers.platform,
    coalesce(max(posted_at), coalesce(started_at, going_on_since, placed_at) - interval 1 second) as touched_at
  from influencer_orders as uses
  join visited using (order_id, order_date)
  left join going_on using (order_id)
  join influencers on uses.influencer_id = influencers.influencer_id
  left join influencer_posts as posts
    on uses.influencer_id = posts.influencer_id and posted_at between placed_at - interval 720 hour and placed_at
  where (order_id, uses.influencer_id) not in (select (order_id, influencer_id) from visits)
  group by order_id, order_date, placed_at, uses.influencer_id, influencers.platform, started_at,
    going_on_since
)
select
  *, row_number() over (partition by order_id order by touched_at, touchpoint_key) as position,
  count(*) over (partition by order_id) as touch_count,
  (epoch_us(placed_at) - epoch_us(touched_at)) / 1e6 / 3600 as hours_before_order
from (
  from visits
  union all
  select
    order_id, order_date, placed_at, md5('code|' || order_id || '|' || influencer_id), touched_at, 'code',
    'Influencer', platform, '', '', influencer_id, false
  from codes
);
