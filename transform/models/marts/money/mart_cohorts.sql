-- People whose first order lies before the delivered history have no known month 0 and are left out, as are
-- orders without customer or e-mail, which cannot be followed.
with orders as (
  select
    person_key,
    order_date,
    net_revenue,
    contribution,
    {{ month_start('min(order_date) over (partition by person_key)') }} as cohort_month,
    {{ month_start('order_date') }} as order_month
  from {{ ref('int_orders_ledgered') }}
  where is_kept and is_identified and person_order_number is not null
),

cohorts as (
  select cohort_month, count(distinct person_key) as customers
  from orders
  group by cohort_month
),

months as (
  select distinct {{ month_start('business_date') }} as order_month
  from {{ ref('int_dates_spanned') }}
),

active as (
  select
    cohort_month,
    order_month,
    count(distinct person_key) as active_customers,
    count(*) as orders,
    sum(net_revenue) as net_revenue,
    sum(contribution) as contribution
  from orders
  group by cohort_month, order_month
)

select
  cohorts.cohort_month,
  cast({{ months_between_dates('cohorts.cohort_month', 'months.order_month') }} as int) as months_since,
  cast(cohorts.customers as bigint) as customers,
  cast(coalesce(active.active_customers, 0) as bigint) as active_customers,
  cast(coalesce(active.orders, 0) as bigint) as orders,
  {{ money('coalesce(active.net_revenue, 0)') }} as net_revenue,
  {{ money('coalesce(active.contribution, 0)') }} as contribution
from cohorts
inner join months on months.order_month >= cohorts.cohort_month
left join active on cohorts.cohort_month = active.cohort_month and months.order_month = active.order_month
