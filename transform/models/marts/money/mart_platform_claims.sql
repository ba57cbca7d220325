{% set action_types = var('claim_action_types', [
  'omni_purchase', 'purchase', 'offsite_conversion.fb_pixel_purchase', 'conversions', 'complete_payment',
]) %}
{% set windows = var('claim_windows', [
  'default', '30d_click', '28d_click', '7d_click', '1d_click', '1d_view', '1d_ev',
]) %}
with claims as (
  select
    actions.*,
    {{ preference_rank('actions.action_type', action_types) }} as action_rank,
    {{ preference_rank('actions.attribution_window', windows) }} as window_rank,
    case
      when actions.attribution_window = 'default' then 'default'
      when actions.attribution_window like '%_click' then 'click'
      else 'view'
    end as window_kind,
    cast({{ regexp_group('actions.attribution_window', '^([0-9]+)d_click$') }} as int) as click_days
  from {{ ref('int_ad_actions_current') }} as actions
),

-- Of an account's names for a sale one is counted; a sale after a click is not one after a view.
ranked as (
  select
    claims.*,
    min(action_rank) over (partition by platform, account_id) as best_action_rank,
    min(window_rank) over (partition by platform, account_id, action_type, window_kind) as best_window_rank,
    max(case when window_kind = 'default' then 1 else 0 end) over (partition by platform, account_id, action_type)
      as has_default
  from claims
),

-- Ours, as near to the claim’s basis as ours can be: by the day of the sale where the platform dates sales, else by
-- the day of the click.
own_credits as (
  select
    credits.platform,
    credits.campaign_id,
    touchpoints.touch_date,
    credits.order_date,
    credits.credited_orders,
    credits.credited_sales_ex_vat,
    order_touchpoints.hours_before_order
  from {{ ref('fct_attribution_credits') }} as credits
  inner join {{ ref('int_touchpoints_built') }} as touchpoints on credits.touchpoint_key = touchpoints.touchpoint_key
  inner join {{ ref('int_order_touchpoints') }} as order_touchpoints
    on credits.order_id = order_touchpoints.order_id
    and credits.touchpoint_key = order_touchpoints.touchpoint_key
  where credits.campaign_id <> ''
    and credits.attribution_model = '{{ var("attribution_default_model", "last_non_direct") }}'
),

windows as (
  select distinct attribution_window, click_days, date_basis
  from claims
  where window_kind <> 'view'
),

credited as (
  select
    windows.attribution_window,
    windows.date_basis,
    case windows.date_basis when 'conversion' then own_credits.order_date else own_credits.touch_date end as stat_date,
    own_credits.platform,
    own_credits.campaign_id,
    sum(own_credits.credited_orders) as credited_orders,
    sum(own_credits.credited_sales_ex_vat) as credited_sales_ex_vat
  from own_credits
  inner join windows on own_credits.hours_before_order <= coalesce(windows.click_days, 10000) * 24
  group by 1, 2, 3, 4, 5
)

select
  ranked.stat_date,
  ranked.platform,
  ranked.account_id,
  ranked.campaign_id,
  ranked.action_type,
  ranked.attribution_window,
  ranked.date_basis,
  ranked.action_rank <= {{ action_types | length }}
  and ranked.action_rank = ranked.best_action_rank
  and ranked.window_rank = ranked.best_window_rank
  and (ranked.window_kind = 'default' or ranked.has_default = 0) as is_preferred,
  ranked.conversions as claimed_conversions,
  {{ money('ranked.conversion_value * fx_rates.rate') }} as claimed_value,
  case when windows.attribution_window is not null then cast(coalesce(credited.credited_orders, 0) as decimal(18, 6)) end
    as credited_orders,
  case when windows.attribution_window is not null then {{ money('coalesce(credited.credited_sales_ex_vat, 0)') }} end
    as credited_sales_ex_vat,
  case
    when ranked.window_kind = 'view' then 'views_not_seen'
    when ranked.date_basis = 'impression' then 'other_date_basis'
    when ranked.window_kind = 'default' then 'other_window'
    else 'same_basis'
  end as comparison
from ranked
left join windows
  on ranked.attribution_window = windows.attribution_window and ranked.date_basis = windows.date_basis
left join credited
  on ranked.attribution_window = credited.attribution_window
  and ranked.date_basis = credited.date_basis
  and ranked.stat_date = credited.stat_date
  and ranked.platform = credited.platform
  and ranked.campaign_id = credited.campaign_id
left join {{ ref('int_fx_rates_spanned') }} as fx_rates
  on ranked.currency = fx_rates.currency and ranked.stat_date between fx_rates.valid_from and fx_rates.valid_to
