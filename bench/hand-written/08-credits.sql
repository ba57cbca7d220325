-- Each order's money over its touchpoints under six rules, adding up to the cent.
create table credits as
with eligible as (
  select
    *, row_number() over (partition by order_id order by position) as place,
    count(*) over (partition by order_id) as places
  from order_touchpoints
  where not is_direct or order_id not in (select order_id from order_touchpoints where not is_direct)
),
weighed as (
  select 'last' as attribution_model, order_id, touchpoint_key, 1::hugeint as weight from order_touchpoints
  where position = touch_count
  union all select 'first', order_id, touchpoint_key, 1 from eligible where place = 1
  union all select 'last_non_direct', order_id, touchpoint_key, 1 from eligible where place = places
  union all select 'linear', order_id, touchpoint_key, 1 from eligible
  union all
  select 'position', order_id, touchpoint_key,
    case when places > 2 and place in (1, places) then 2 * (places - 2) else 1 end from eligible
  union all
  select 'time_decay', order_id, touchpoint_key, cents(10000000 * power(2, -hours_before_order / 168)) from eligible
),
totalled as (
  select
    attribution_model, order_id, touchpoint_key, weight,
    sum(weight) over (partition by attribution_model, order_id) as total_weight,
    row(attribution_model, order_id) as split
  from weighed
),
divided as (
  select
    attribution_model, order_id, touchpoint_key,
    from_millionths(part_of(1, weight, total_weight, split, touchpoint_key, 1000000)) as credited_orders,
    from_cents(part_of(sales_ex_vat, weight, total_weight, split, touchpoint_key, 100)) as credited_sales_ex_vat,
    from_cents(part_of(net_revenue, weight, total_weight, split, touchpoint_key, 100)) as credited_net_revenue,
    from_cents(part_of(contribution, weight, total_weight, split, touchpoint_key, 100)) as credited_contribution
  from totalled
  join ledger using (order_id)
),
untouched as (
  select unnest(['first', 'last', 'last_non_direct', 'linear', 'position', 'time_decay']) as attribution_model,
    order_id, '' as touchpoint_key,
    1::decimal(18, 6) as credited_orders, sales_ex_vat, net_revenue, contribution
  from ledger
  where is_kept and order_id not in (select order_id from order_touchpoints)
)
select
  order_id, attribution_model, touchpoint_key, coalesce(channel, 'Unattributed') as channel,
  coalesce(platform, '') as platform,
  coalesce(campaign_id, '') as campaign_id, coalesce(campaign_name, '') as campaign_name,
  coalesce(influencer_id, '') as influencer_id,
  credited_orders, credited_sales_ex_vat, credited_net_revenue, credited_contribution,
  credited_sales_ex_vat - credited_net_revenue as clawed_back_net_revenue,
  case when customer_status = 'new' then credited_orders else 0 end as credited_new_customers, ledger.order_date
from (from divided union all from untouched) as credits
join ledger using (order_id)
left join (select order_id, touchpoint_key, channel, platform, campaign_id, campaign_name, influencer_id
  from order_touchpoints) as touched
  using (order_id, touchpoint_key);
