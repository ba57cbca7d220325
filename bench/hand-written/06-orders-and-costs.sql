-- Order lines with what came back, orders as their sums, and what marketing cost each day.
-- An order that lacks a rate is held back whole.
create table held as
select
  order_id, any_value(is_kept) as is_kept, any_value(currency) as currency,
  sum(line_amount) + any_value(lines.shipping_amount) as gross,
  case when any_value(lines.fx_rate) is null then 'fx_rate_missing' else 'vat_rate_missing' end as reason
from lines_priced as lines
join orders_classified using (order_id)
group by order_id
having bool_or(lines.fx_rate is null or vat_charged is null);

create table ledger_lines as
with returned as (
  select order_line_id, sum(quantity) as quantity, sum(refunds_ex_vat) as refunds_ex_vat,
    sum(cogs_restocked) as cogs_restocked, sum(return_cost) as postage
  from refunds_booked
  group by order_line_id
),
minis as (
  select person_key, products.full_size_sku as sku, min(placed_at) as first_placed_at
  from lines_priced as lines
  join orders_classified as orders on lines.order_id = orders.order_id
  join products on lines.sku = products.sku
  where is_kept and is_identified and products.full_size_sku is not null
  group by all
),
sku_orders as (
  select person_key, lines.sku, lines.order_id, placed_at, orders.order_date, sum(lines.quantity) as quantity
  from lines_priced as lines
  join orders_classified as orders on lines.order_id = orders.order_id
  where is_kept and is_identified and lines.quantity > 0
  group by all
),
repeats as (
  select
    order_id, sku, order_date - lag(order_date) over person_sku as days_since,
    lag(quantity) over person_sku as previous_quantity, row_number() over person_sku = 1 as is_first
  from sku_orders
  window person_sku as (partition by person_key, sku order by placed_at, order_id)
)
select
  lines.order_line_id, lines.order_id, lines.order_date, orders.placed_at, orders.person_key, orders.is_kept,
  lines.sku,
  coalesce(lines.product_name, lines.sku) as product_name, products.category, lines.is_gift_card,
  case when lines.is_gift_card then 0 else lines.quantity end as quantity,
  coalesce(returned.quantity, 0)::bigint as refunded_quantity,
  coalesce(
    repeats.days_since between products.days_of_use * repeats.previous_quantity * 0.5
    and products.days_of_use * repeats.previous_quantity * 1.5, false
  ) as is_replenishment,
  coalesce(repeats.is_first and minis.first_placed_at < orders.placed_at, false) as is_mini_conversion,
  lines.is_cost_assumed, lines.vat_territory, lines.vat_rate, lines.gross, lines.discounts, lines.vat,
  lines.sales_ex_vat,
  coalesce(returned.refunds_ex_vat, 0)::decimal(18, 2) as refunds_ex_vat,
  (lines.sales_ex_vat - coalesce(returned.refunds_ex_vat, 0))::decimal(18, 2) as net_revenue,
  lines.cogs_sold,
  (lines.cogs_sold - coalesce(returned.cogs_restocked, 0))::decimal(18, 2) as cogs,
  (net_revenue - cogs)::decimal(18, 2) as cm1,
  lines.shipping_cost, lines.packaging_cost, lines.payment_fee,
  coalesce(returned.postage, 0)::decimal(18, 2) as return_cost,
  money(cm1 - lines.shipping_cost - lines.packaging_cost - lines.payment_fee - return_cost) as contribution,
  money(lines.sales_ex_vat - lines.cogs_sold - lines.shipping_cost - lines.packaging_cost - lines.payment_fee)
    as contribution_before_refunds,
  lines.gift_cards_sold
from lines_priced as lines
join orders_classified as orders on lines.order_id = orders.order_id
left join products on lines.sku = products.sku
left join returned on lines.order_line_id = returned.order_line_id
left join repeats on lines.order_id = repeats.order_id and lines.sku = repeats.sku
left join minis on orders.person_key = minis.person_key and lines.sku = minis.sku
where lines.order_id not in (select order_id from held);

create table ledger as
with totals as (
  select
    order_id, sum(quantity)::bigint as units, bool_or(is_replenishment) as has_replenishment,
    bool_or(is_cost_assumed) as is_cost_assumed,
    sum(columns(lambda name: name in (
      'gross', 'discounts', 'vat', 'sales_ex_vat', 'refunds_ex_vat', 'net_revenue', 'cogs_sold', 'cogs', 'cm1',
      'shipping_cost', 'packaging_cost', 'payment_fee', 'return_cost', 'contribution', 'contribution_before_refunds',
      'gift_cards_sold'
    )))::decimal(18, 2)
  from ledger_lines
  group by order_id
)
select
  orders.* exclude (shipping_cost, packaging_cost, payment_fee) replace (is_a_test as is_test,
    coalesce(device_type, 'other') as device_type),
  status = 'cancelled' as is_cancelled,
  sales_ex_vat > 0 and refunds_ex_vat >= sales_ex_vat as is_fully_refunded,
  totals.* exclude (order_id)
from orders_classified as orders
join totals on orders.order_id = totals.order_id;

create table dates as
with seen as (
  select min(order_date) as first_date, max(order_date) as last_date from orders_read
  union all select min(refund_date), max(refund_date) from refunds
  union all select min(stat_date), max(stat_date) from ad_spend
  union all select min(sent_date), max(sent_date) from messages
  union all select min(post_date), max(post_date) from influencer_posts
  union all select min(event_date), max(event_date) from web_days
  union all select min(starts_on), null from other_costs
)
select unnest(generate_series(min(first_date), max(last_date), interval 1 day))::date as business_date from seen;

-- Discounts to the cents of the line they are on.
create table ledger_discounts as
with weighed as (
  select
    order_discount_id, order_line_id, lines.order_id, lines.order_date, lines.is_kept, promotion_id, code,
    lines.discounts,
    case when sum(amount) over (partition by order_line_id) = 0 then 1 else cents(amount) end as weight
  from order_discounts
  join ledger_lines as lines using (order_line_id)
),
totalled as (
  select *, sum(weight) over (partition by order_line_id) as total_weight from weighed
)
select
  order_discount_id, order_line_id, order_id, order_date, is_kept, promotion_id, code,
  from_cents(part_of(discounts, weight, total_weight, order_line_id, order_discount_id, 100)) as amount
from totalled;

create table influencer_orders as
with uses as (
  select order_id, influencer_id, codes.code, sum(amount) as amount
  from ledger_discounts as discounts
  join influencer_codes as codes
    on discounts.code = codes.code and order_date between coalesce(valid_from, order_date)
      and coalesce(valid_to, order_date)
  group by order_id, influencer_id, codes.code
  qualify row_number() over (partition by order_id order by sum(amount) desc, codes.code) = 1
)
select
  ledger.order_id, order_date, is_kept, influencer_id, code, customer_status, money(amount) as code_discount,
  net_revenue, contribution,
  case when is_kept then money(net_revenue * commission_rate) else 0 end as commission
from uses
join ledger using (order_id)
join influencers using (influencer_id);

create table posts_costed as
select
  post_id, influencer_id, post_date, coalesce(campaign_name, '') as campaign_name,
  coalesce(fee, 0)::decimal(18, 2) as fee,
  money(coalesce(gift_quantity, 0) * coalesce(unit_cost, 0)) + coalesce(gift_postage, 0) as gift_cost
from influencer_posts as posts
left join product_costs as costs
  on gift_sku = costs.sku and post_date <= costs.valid_to and (post_date >= costs.valid_from or costs.is_first);

create table marketing_costs as
with costs as (
  select
    stat_date as business_date, coalesce(channel, 'Paid Other') as channel, spend.platform, spend.campaign_id,
    coalesce(campaign_name, spend.campaign_id) as campaign_name, '' as influencer_id, 'ad_spend' as cost_kind,
    true as is_spend,
    spend as amount, impressions, clicks
  from ad_spend as spend
  left join ad_campaigns as campaigns on spend.platform = campaigns.platform
    and spend.campaign_id = campaigns.campaign_id
  union all
  select post_date, 'Influencer', platform, '', posts_costed.campaign_name, influencer_id, 'influencer', true,
    fee + gift_cost, 0, 0
  from posts_costed join influencers using (influencer_id) where post_date in (from dates)
  union all
  select order_date, 'Influencer', platform, '', '', influencer_id, 'influencer', true, commission, 0, 0
  from influencer_orders join influencers using (influencer_id)
  union all
  select sent_date, case medium when 'sms' then 'SMS' else 'Email' end, '', '', campaign_name, '', 'message', true,
    cost, 0, 0
  from messages
  union all
  -- Evenly over the days agreed, the first ones a cent more.
  select
    business_date, coalesce(channels.channel, case kind when 'affiliate' then 'Affiliates' else 'All marketing' end),
    '', '', '', '', kind, false,
    from_cents(cents(amount) // days + (business_date - starts_on < cents(amount) % days)::int), 0, 0
  from (select *, ends_on - starts_on + 1 as days from other_costs) as other_costs
  join dates on business_date between starts_on and ends_on
  left join channels on lower(trim(other_costs.channel)) = lower(channels.channel)
)
select
  business_date, channel, platform, campaign_id, campaign_name, influencer_id, cost_kind, is_spend,
  sum(amount)::decimal(18, 2) as amount, sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks
from costs
group by all;
