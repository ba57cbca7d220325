-- What the platforms claim beside what is credited.
copy (
  with claims as (
    select
      *,
      coalesce(list_position(['omni_purchase', 'purchase', 'offsite_conversion.fb_pixel_purchase'], action_type),
        9) as action_rank,
      list_position(['30d_click', '7d_click', '1d_view'], attribution_window) as window_rank,
      attribution_window like '%_view' as is_view,
      try_cast(regexp_extract(attribution_window, '^([0-9]+)d_click$', 1) as int) as click_days
    from ad_claims
  ),
  ranked as (
    select
      *, min(action_rank) over (partition by platform, account_id) as best_action,
      min(window_rank) over (partition by platform, account_id, action_type, is_view) as best_window
    from claims
  ),
  windows as (select distinct attribution_window, click_days, date_basis from claims where not is_view),
  own as (
    select
      attribution_window, date_basis, touch_date as stat_date, credits.platform, credits.campaign_id,
      sum(credited_orders) as credited_orders,
      sum(credited_sales_ex_vat) as credited_sales_ex_vat
    from credits
    join (select touchpoint_key, touch_date from touchpoints) as touched using (touchpoint_key)
    join (select order_id, touchpoint_key, hours_before_order from order_touchpoints) as timed using (order_id,
      touchpoint_key)
    join windows on hours_before_order <= click_days * 24
    where credits.campaign_id <> '' and attribution_model = 'last_non_direct'
    group by all
  )
  select
    stat_date, platform, account_id, campaign_id, action_type, attribution_window, date_basis,
    action_rank < 9 and action_rank = best_action and window_rank = best_window as is_preferred,
    conversions as claimed_conversions,
    money(conversion_value) as claimed_value,
    case when not is_view then coalesce(credited_orders, 0)::decimal(18, 6) end as credited_orders,
    case when not is_view then coalesce(credited_sales_ex_vat, 0)::decimal(18, 2) end as credited_sales_ex_vat,
    case when is_view then 'views_not_seen' when date_basis = 'impression' then 'other_date_basis'
      else 'same_basis' end as comparison
  from ranked
  left join own using (attribution_window, date_basis, stat_date, platform, campaign_id)
) to 'gold/mart_platform_claims.parquet' (compression zstd);

-- Money and visits that a slip keeps apart.
copy (
  with spend as (
    select platform, campaign_id, max(campaign_name) as campaign_name, sum(amount) as spend
    from marketing_costs where cost_kind = 'ad_spend' group by all having sum(amount) > 0
  ),
  paid as (
    from sessions where channel in ('Cross-network', 'Paid Shopping', 'Paid Search', 'Paid Social', 'Paid Video',
      'Display', 'Paid Other')
  ),
  pages as (
    select platform, landing_path, count(*) filter (has_click_id) as with_id,
      count(*) filter (not has_click_id) as without_id
    from (from paid union all from sessions where channel = 'Organic Social') group by all
  ),
  networks as (select platform, sum(with_id) as network_with, sum(without_id) as network_without from pages
    group by platform),
  spellings as (
    select regexp_replace(utm_campaign, '[^a-z0-9]', '', 'g') as name, utm_campaign, count(*) as sessions
    from sessions where utm_campaign <> '' group by all
  ),
  findings as (
    select
      'orders_held' as kind, reason || ' ' || currency as item, count(*)::varchar as detail, sum(gross) as spend,
      currency, 0 as sessions
    from held where is_kept group by reason, currency
    union all
    select 'spend_without_sessions', platform || ' ' || campaign_id, campaign_name, spend, 'EUR', 0
    from spend
    where (platform, campaign_id) not in (select (platform, campaign_id) from sessions
      where channel <> 'Direct' and campaign_id <> '')
    union all
    select
      'sessions_without_spend', trim(platform || ' ' || coalesce(nullif(campaign_id, ''), campaign_name)),
      max(channel), 0, 'EUR', count(*)
    from paid anti join spend using (platform, campaign_id) group by 2
    union all
    select 'spelling_variants', name, string_agg(utm_campaign, ' | ' order by utm_campaign), 0, 'EUR', sum(sessions)
    from spellings where name <> '' group by name having count(*) > 1
    union all
    select 'click_id_lost', landing_path, string_agg(platform, ' | ' order by platform), 0, 'EUR', sum(without_id)
    from pages join networks using (platform)
    where (platform in ('google', 'microsoft') and without_id > 0)
      or (with_id = 0 and without_id >= 5 and network_with > 0
        and network_with >= 0.9 * (network_with + network_without - without_id)
          and platform in (select platform from spend))
    group by landing_path
    union all
    select 'product_without_cost', sku, max(product_name), sum(net_revenue), 'EUR', 0 from ledger_lines
    where is_kept and is_cost_assumed group by sku
    union all
    select distinct 'account_in_another_time_zone', account_id, time_zone, 0, 'EUR', 0 from ad_pulls
    where time_zone <> 'Europe/Paris'
    union all
    select
      'code_possibly_leaked', code || ' ' || influencer_id, first_date || ' – ' || last_date,
      sum(code_discount + commission), 'EUR', 0
    from (
      select code, influencer_id, min(business_date) as first_date, max(business_date) as last_date
      from code_leaks where is_possible_leak group by all
    ) as leaks join influencer_orders using (code, influencer_id)
    where is_kept and order_date between first_date and last_date
    group by code, influencer_id, first_date, last_date
  )
  select kind, item, detail, coalesce(spend, 0)::decimal(18, 2) as spend, currency, sessions::bigint as sessions
  from findings
) to 'gold/mart_hygiene.parquet' (compression zstd);
