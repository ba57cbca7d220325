-- Visits, how far they went, which orders marketing explains, and what stays without consent.
copy (
  select
    session_key, visitor as visitor_key, started_at, ended_at, channel, channel_rule, is_channel_assumed, platform,
    source, medium, campaign_id,
    campaign_name, influencer_id, device_type, country, region, landing_path, page_views, product_views,
    has_product_view, has_cart, has_checkout,
    has_order, session_date, month_of(session_date) as session_month
  from sessions
) to 'gold/fct_sessions.parquet' (compression zstd);

copy (select channel, channel_order::int as channel_order, channel_kind, channel_kind = 'paid' as is_paid, description
  from channels)
to 'gold/dim_channels.parquet' (compression zstd);

copy (
  select
    landing_path, count(*) as sessions, sum(page_views)::bigint as page_views,
    count(*) filter (page_views <= 1 and not has_purchase) as single_page_sessions,
    count(*) filter (has_product_view) as with_product_view,
    count(*) filter (has_cart) as with_cart, count(*) filter (has_order) as with_order, session_date as business_date
  from sessions group by session_date, landing_path
) to 'gold/mart_landing_pages.parquet' (compression zstd);

copy (
  select
    session_date as business_date, channel, device_type, count(*) as sessions,
    count(*) filter (has_product_view) as with_product_view,
    count(*) filter (has_cart) as with_cart, count(*) filter (has_checkout) as with_checkout,
    count(*) filter (has_order) as with_order
  from sessions group by all
) to 'gold/mart_funnel_daily.parquet' (compression zstd);

-- A visitor starts anew with the first product seen once seven days are over.
copy (
  with recursive viewings as (
    select
      visitor, session_date, started_at, channel, device_type,
      min(started_at) over (partition by visitor order by started_at range between interval 7 day following
        and unbounded following) as next_start,
      row_number() over (partition by visitor order by started_at) = 1 as is_first
    from sessions where product_views > 0
  ),
  starts as (
    select visitor, started_at, next_start from viewings where is_first
    union all
    select viewings.visitor, viewings.started_at, viewings.next_start
    from starts join viewings on starts.visitor = viewings.visitor and starts.next_start = viewings.started_at
  ),
  reached as (
    select
      starts.visitor, starts.started_at, sum(carts) > 0 as reached_cart,
      reached_cart and sum(checkouts) > 0 as reached_checkout,
      reached_checkout and bool_or(has_purchase) as reached_order
    from starts
    join sessions on starts.visitor = sessions.visitor and sessions.started_at >= starts.started_at
      and sessions.started_at < starts.started_at + interval 168 hour
    group by all
  )
  select
    session_date as business_date, channel, device_type, count(*) as with_product_view,
    count(*) filter (reached_cart) as with_cart,
    count(*) filter (reached_checkout) as with_checkout, count(*) filter (reached_order) as with_order,
    session_date + 8 <= (select max(session_date) from sessions) as is_over
  from reached join viewings using (visitor, started_at)
  group by session_date, channel, device_type
) to 'gold/mart_funnel_7_days.parquet' (compression zstd);

create table reconciled as
with in_window as (
  select order_id, bool_or(not is_direct) as has_marketing, bool_or(is_direct) as has_direct from order_touchpoints
  group by order_id
),
seen as (
  select
    order_id, bool_or(not has_consent) as is_unconsented, bool_or(is_bot) as is_bot,
    bool_or(session_key is not null) as has_session,
    arg_min({visitor: visitor, started_at: started_at}, (session_key is null, occurred_at, visitor)) as visit
  from purchases group by order_id
),
placed as (
  select order_id, is_unconsented, is_bot, has_session, visit.visitor as visitor, customer_id as session_customer,
    coalesce(is_shared, false) as is_shared
  from seen left join identities
    on visit.visitor = identities.visitor and visit.started_at >= valid_from and visit.started_at < valid_to
),
unmarketed as (
  select order_id, placed_at, visitor,
    case when person_key like 'order:%' then session_customer else person_key end as buyer
  from ledger left join in_window using (order_id) left join placed using (order_id)
  where is_kept and not coalesce(has_marketing, false)
),
marketing as (from touchpoints where not is_direct and not is_shared),
older as (
  select order_id from unmarketed join marketing on buyer = customer_id
  where touched_at < placed_at and touched_at >= placed_at - interval 2160 hour
  union
  select order_id from unmarketed join marketing on unmarketed.visitor = marketing.visitor
  where customer_id is null and touched_at < placed_at and touched_at >= placed_at - interval 2160 hour
)
select
  order_id, order_date, net_revenue, coalesce(country, '') as country, coalesce(device_type, '') as device_type,
  case
    when has_marketing then 'attributed'
    when has_direct and order_id not in (from older) then 'direct'
    when sales_channel = 'offline' then 'offline'
    when is_unconsented and not has_session then 'no_consent'
    when is_bot and not has_session then 'bot'
    when is_shared then 'shared_device'
    when has_marketing is null then 'no_session'
    else 'outside_window'
  end as reason
from ledger
left join in_window using (order_id)
left join placed using (order_id)
where is_kept;

copy (
  select
    order_date as business_date, reason, list_position(
      ['attributed', 'direct', 'offline', 'no_consent', 'bot', 'shared_device', 'no_session', 'outside_window'],
      reason
    )::int as sort_order, country, device_type, count(*) as orders, sum(net_revenue)::decimal(18, 2) as net_revenue
  from reconciled group by all
) to 'gold/mart_reconciliation.parquet' (compression zstd);

-- Orders without consent by the landings without consent of their day, else of their month.
copy (
  with sourced as (
    select event_date as business_date, channel, count(*) as landings
    from events join sources using (source_id)
    where event_name = 'page_view' and not has_consent and not is_bot and sources.is_marketing
    group by all
  ),
  visits as (
    select month_of(session_date) as month, count(*) filter (channel = 'Direct') as direct,
      count(*) filter (channel <> 'Direct') as other from sessions group by 1
  ),
  landings as (
    from sourced
    union all
    select business_date, 'Direct', round(sum(landings)::double * direct / nullif(other, 0), 2)::decimal(18, 2) as landings
    from sourced join visits on month_of(business_date) = month
    group by business_date, direct, other
    having round(sum(landings)::double * direct / nullif(other, 0), 2) > 0
  ),
  monthly as (select month_of(business_date) as month, channel, sum(landings) as landings from landings group by all),
  unconsented as (
    select order_date as business_date, count(*) as orders, sum(net_revenue) as net_revenue from reconciled
    where reason = 'no_consent' group by order_date
  ),
  weighed as (
    select business_date, orders, net_revenue, channel, (landings * 100)::hugeint as weight from unconsented
    join landings using (business_date)
    union all
    select business_date, orders, net_revenue, channel, (landings * 100)::hugeint
    from unconsented join monthly on month_of(business_date) = month
      where business_date not in (select business_date from landings)
    union all
    select business_date, orders, net_revenue, 'Unattributed', 1 from unconsented
    where month_of(business_date) not in (select month from monthly)
  ),
  totalled as (select *, sum(weight) over (partition by business_date) as total_weight from weighed),
  estimated as (
    select
      business_date, channel, 0 as landings,
      part_of(orders, weight, total_weight, business_date, channel, 1000000)::decimal(28,
        0) * 0.000001 as estimated_orders,
      from_cents(part_of(net_revenue, weight, total_weight, business_date, channel, 100)) as estimated_net_revenue
    from totalled
  )
  select
    business_date, channel, round(sum(landings))::bigint as landings,
    sum(estimated_orders)::decimal(18, 6) as estimated_orders,
    sum(estimated_net_revenue)::decimal(18, 2) as estimated_net_revenue
  from (select *, 0 as estimated_orders, 0 as estimated_net_revenue from landings union all from estimated)
  group by all
) to 'gold/mart_unconsented_estimate.parquet' (compression zstd);
