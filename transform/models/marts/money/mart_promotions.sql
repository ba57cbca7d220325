with actual as (
  select
    matched.promotion_id,
    sum(matched.quantity) as units,
    sum(case when matched.is_discounted then matched.quantity else 0 end) as discounted_units,
    count(distinct matched.order_id) as orders,
    count(distinct case when orders.customer_status = 'new' then matched.order_id end) as new_customer_orders,
    sum(matched.net_revenue) as net_revenue,
    sum(matched.discount) as discount,
    sum(matched.contribution) as contribution
  from {{ ref('int_promotion_lines_matched') }} as matched
  inner join {{ ref('int_orders_ledgered') }} as orders on matched.order_id = orders.order_id
  group by matched.promotion_id
),

progress as (
  select max(business_date) as last_date
  from {{ ref('int_dates_spanned') }}
)

select
  promotions.promotion_id,
  promotions.promotion_name,
  promotions.kind,
  promotions.scope,
  promotions.starts_on,
  promotions.ends_on,
  coalesce(promotions.ends_on <= progress.last_date, false) as is_finished,
  promotions.planned_units,
  {{ money('promotions.planned_net_revenue * fx_rates.rate') }} as planned_net_revenue,
  {% for count in ['units', 'discounted_units', 'orders', 'new_customer_orders'] %}
  cast(coalesce(actual.{{ count }}, 0) as bigint) as {{ count }},
  {% endfor %}
  {{ money('coalesce(actual.net_revenue, 0)') }} as net_revenue,
  {{ money('coalesce(actual.discount, 0)') }} as discount,
  {{ money('coalesce(actual.contribution, 0)') }} as contribution
from {{ ref('stg_crm__promotions') }} as promotions
cross join progress
left join actual on promotions.promotion_id = actual.promotion_id
left join {{ ref('int_fx_rates_spanned') }} as fx_rates
  on coalesce(promotions.currency, '{{ var("shop_currency") }}') = fx_rates.currency
  and promotions.starts_on between fx_rates.valid_from and fx_rates.valid_to
