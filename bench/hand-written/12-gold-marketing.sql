-- What marketing cost, what it is credited with, and what the platforms claim.
copy (from marketing_costs) to 'gold/fct_marketing_costs.parquet' (compression zstd);
copy (select *, month_of(order_date) as order_month from credits) to 'gold/fct_attribution_credits.parquet' (compression zstd);

copy (
  select
    stat_date as business_date, spend.platform, spend.account_id, spend.campaign_id, region,
    coalesce(campaign_name, spend.campaign_id) as campaign_name,
    coalesce(channel, 'Paid Other') as channel, level as source_level, impressions, clicks, 'EUR' as currency,
    original_spend, spend
  from ad_spend as spend
  left join ad_campaigns as campaigns on spend.platform = campaigns.platform
    and spend.campaign_id = campaigns.campaign_id
) to 'gold/fct_ad_performance.parquet' (compression zstd);

copy (
  with spent as (
    select platform, campaign_id, min(stat_date) as first_spend_date, max(stat_date) as last_spend_date
    from ad_spend where original_spend > 0 group by all
  )
  select
    platform, campaign_id, account_id, coalesce(campaign_name, campaign_id) as campaign_name, campaign_type,
    coalesce(channel, 'Paid Other') as channel,
    status, daily_budget, case when account_id is not null then 'EUR' end as budget_currency, null::date as starts_on,
    null::date as ends_on,
    first_spend_date, last_spend_date
  from ad_campaigns
  full join spent using (platform, campaign_id)
) to 'gold/dim_campaigns.parquet' (compression zstd);

copy (
  with codes as (select influencer_id, string_agg(code, ', ' order by code) as codes from influencer_codes
    group by influencer_id),
  posts as (
    select influencer_id, count(*) as posts, min(post_date) as first_post_date, max(post_date) as last_post_date
    from posts_costed group by influencer_id
  )
  select
    influencer_id, influencer_name, platform, handle, followers, commission_rate, coalesce(codes, '') as codes,
    coalesce(posts, 0) as posts,
    first_post_date, last_post_date
  from influencers left join codes using (influencer_id) left join posts using (influencer_id)
) to 'gold/dim_influencers.parquet' (compression zstd);

-- A code used, far above its usual rate, by people whom neither its influencer's link nor a post of three weeks brought.
create table code_leaks as
with uses as (
  select
    code, influencer_id, order_date as business_date, count(*) as uses,
    count(*) filter (order_id in (select order_id from order_touchpoints where kind = 'code')) as unlinked
  from influencer_orders where is_kept group by all
),
days as (
  select
    codes.code, codes.influencer_id, business_date, coalesce(any_value(uses), 0) as uses,
    count(post_id) = 0 as is_quiet, case when is_quiet then coalesce(any_value(unlinked), 0) else 0 end as unexplained
  from (select code, influencer_id, min(business_date) as first_date from uses group by all) as codes
  join dates on business_date >= first_date
  left join uses using (code, influencer_id, business_date)
  left join influencer_posts as posts
    on codes.influencer_id = posts.influencer_id and business_date - post_date between 0 and 20
  group by codes.code, codes.influencer_id, business_date
)
select
  code, influencer_id, business_date, uses, unexplained, sum(unexplained) over lately as recent,
  sum(is_quiet::int) over lately as quiet_lately,
  coalesce(sum(unexplained) over earlier, 0) as before, coalesce(sum(is_quiet::int) over earlier, 0) as quiet_before,
  recent >= 5 and quiet_before >= 14 and recent * quiet_before > 3 * before * quiet_lately as is_possible_leak
from days
window
  lately as (partition by code, influencer_id order by business_date rows 27 preceding),
  earlier as (partition by code, influencer_id order by business_date rows between 391 preceding and 28 preceding)
qualify uses > 0;

copy (
  with posted as (
    select post_date as business_date, influencer_id, count(*) as posts, sum(fee) as fees, sum(gift_cost) as gifts
    from posts_costed group by all
  ),
  used as (
    select
      order_date as business_date, influencer_id, count(*) as code_orders,
        count(*) filter (customer_status = 'new') as code_new_customers,
      sum(code_discount) as code_discount, sum(net_revenue) as code_net_revenue,
      sum(contribution) as code_contribution, sum(commission) as commissions
    from influencer_orders where is_kept group by all
  ),
  paid as (
    select business_date, influencer_id, sum(amount) as cost from marketing_costs where cost_kind = 'influencer'
    group by all
  ),
  credited as (
    select
      order_date as business_date, influencer_id, sum(credited_orders) as credited_orders,
        sum(credited_net_revenue) as credited_net_revenue,
      sum(credited_contribution) as credited_contribution
    from credits where influencer_id <> '' and attribution_model = 'last_non_direct' group by all
  ),
  leaking as (
    select business_date, influencer_id, sum(unexplained) as unexplained_code_orders,
      bool_or(is_possible_leak) as is_possible_leak
    from code_leaks group by all
  )
  select
    business_date, influencer_id, coalesce(influencer_name, influencer_id) as influencer_name,
    coalesce(platform, '') as platform,
    coalesce(columns('^(posts|code_orders|code_new_customers|unexplained_code_orders)$'), 0)::bigint,
    coalesce(columns(lambda name: name in (
      'fees', 'gifts', 'commissions', 'cost', 'code_discount', 'code_net_revenue', 'code_contribution',
      'credited_net_revenue', 'credited_contribution'
    )), 0)::decimal(18, 2),
    coalesce(credited_orders, 0)::decimal(18, 6) as credited_orders,
    coalesce(is_possible_leak, false) as is_possible_leak
  from posted
  full join used using (business_date, influencer_id)
  full join paid using (business_date, influencer_id)
  full join credited using (business_date, influencer_id)
  left join leaking using (business_date, influencer_id)
  left join influencers using (influencer_id)
) to 'gold/mart_influencers.parquet' (compression zstd);

create table campaign_performance as
with models as (select distinct attribution_model from credits union select 'last_non_direct'),
measured as (
  select
    session_date as business_date, attribution_model, channel, platform,
    coalesce(nullif(campaign_id, ''), nullif(influencer_id, ''), lower(campaign_name)) as campaign,
    max(campaign_name) as campaign_name,
    max(influencer_id) as influencer_id, count(*) as sessions
  from sessions cross join models group by all
  union all by name
  select
    business_date, attribution_model, channel, platform,
    coalesce(nullif(campaign_id, ''), nullif(influencer_id, ''), lower(campaign_name)) as campaign,
    max(campaign_name) as campaign_name,
    max(influencer_id) as influencer_id, sum(impressions) as impressions, sum(clicks) as clicks,
    sum(amount) filter (is_spend) as spend,
    sum(amount) as cost
  from marketing_costs cross join models group by all
  union all by name
  select
    order_date as business_date, attribution_model, channel, platform,
    coalesce(nullif(campaign_id, ''), nullif(influencer_id, ''), lower(campaign_name)) as campaign,
    max(campaign_name) as campaign_name,
    max(influencer_id) as influencer_id, sum(credited_orders) as credited_orders,
    sum(credited_sales_ex_vat) as credited_sales_ex_vat,
    sum(credited_net_revenue) as credited_net_revenue, sum(credited_contribution) as credited_contribution,
    sum(clawed_back_net_revenue) as clawed_back_net_revenue, sum(credited_new_customers) as credited_new_customers
  from credits group by all
),
summed as (
  select
    business_date, attribution_model, channel, platform, campaign as campaign_id, max(campaign_name) as name,
    max(influencer_id) as influencer_id,
    coalesce(sum(columns('^(sessions|impressions|clicks)$')), 0)::bigint,
    coalesce(sum(columns(lambda name: name in (
      'spend', 'cost', 'credited_sales_ex_vat', 'credited_net_revenue', 'credited_contribution',
      'clawed_back_net_revenue'
    ))), 0)::decimal(18, 2),
    coalesce(sum(columns('^(credited_orders|credited_new_customers)$')), 0)::decimal(18, 6)
  from measured group by all
)
select summed.* exclude (name), coalesce(influencer_name, name) as campaign_name
from summed
left join influencers using (influencer_id);

copy (select *, month_of(business_date) as business_month from campaign_performance) to 'gold/mart_campaign_performance.parquet' (compression zstd);

copy (
  select business_date, month_of(business_date) as business_month, attribution_model, channel, platform,
    sum(columns('^(sessions|impressions|clicks)$'))::bigint,
    sum(columns(lambda name: name in (
      'spend', 'cost', 'credited_sales_ex_vat', 'credited_net_revenue', 'credited_contribution',
      'clawed_back_net_revenue'
    )))::decimal(18, 2),
    sum(columns('^(credited_orders|credited_new_customers)$'))::decimal(18, 6)
  from campaign_performance group by all
) to 'gold/mart_channel_performance.parquet' (compression zstd);

copy (
  with lines as (
    select order_id, order_date, sku, sum(quantity) as units, sum(net_revenue) as net_revenue,
      sum(contribution) as contribution
    from ledger_lines where is_kept group by all
  ),
  weighed as (
    select order_id, attribution_model, channel, (sum(credited_orders) * 1000000)::hugeint as weight from credits
    group by all
  ),
  parts as (
    select
      lines.*, attribution_model, channel, case when sum(weight) over split = 0 then 1 else weight end as weight,
      row(order_id, attribution_model, sku) as split
    from lines join weighed using (order_id)
    window split as (partition by order_id, attribution_model, sku)
  ),
  totalled as (select *, sum(weight) over (partition by split) as total_weight from parts),
  divided as (
    select
      order_date as business_date, attribution_model, channel, sku,
      part_of(units, weight, total_weight, split, channel, 1000000)::decimal(28, 0) * 0.000001 as units,
      from_cents(part_of(net_revenue, weight, total_weight, split, channel, 100)) as net_revenue,
      from_cents(part_of(contribution, weight, total_weight, split, channel, 100)) as contribution
    from totalled
  )
  select
    business_date, month_of(business_date) as business_month, attribution_model, channel, sku, sum(units)::decimal(18, 6) as credited_units,
    sum(net_revenue)::decimal(18, 2) as credited_net_revenue,
    sum(contribution)::decimal(18, 2) as credited_contribution
  from divided group by all
) to 'gold/mart_product_channel.parquet' (compression zstd);
