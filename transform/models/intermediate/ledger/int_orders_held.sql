with orders as (
  select * from {{ ref('int_orders_classified') }}
),

line_totals as (
  select
    order_id,
    sum(original_line_amount) as original_amount,
    max(case when is_vat_missing then 1 else 0 end) = 1 as is_vat_missing,
    max(case when is_cost_rate_missing then 1 else 0 end) = 1 as is_cost_rate_missing
  from {{ ref('int_order_lines_costed') }}
  group by order_id
),

refund_totals as (
  select order_id
  from {{ ref('int_refunds_booked') }}
  where is_fx_rate_missing
  group by order_id
),

orphan_lines as (
  select
    order_lines.order_id,
    {{ business_date('min(order_lines.updated_at)') }} as order_date,
    sum(order_lines.line_amount) as original_amount
  from {{ ref('stg_crm__order_lines') }} as order_lines
  left join orders on order_lines.order_id = orders.order_id
  where orders.order_id is null
  group by order_lines.order_id
),

-- Money given back for an order that never came: lines of such an order say it is missing already.
orphan_refunds as (
  select
    refunds.order_id,
    min(refunds.refund_date) as order_date,
    -sum(refunds.amount) as original_amount
  from {{ ref('stg_crm__refunds') }} as refunds
  left join orders on refunds.order_id = orders.order_id
  left join orphan_lines on refunds.order_id = orphan_lines.order_id
  where orders.order_id is null and orphan_lines.order_id is null
  group by refunds.order_id
),

reasoned as (
  select
    orders.order_id,
    orders.order_date,
    orders.is_kept,
    orders.currency,
    {{ money('coalesce(line_totals.original_amount, 0) + orders.shipping_amount') }} as gross,
    case
      when line_totals.order_id is null then 'lines_missing'
      when orders.fx_rate is null then 'fx_rate_missing'
      when line_totals.is_vat_missing and orders.vat_territory is null then 'vat_country_missing'
      when line_totals.is_vat_missing then 'vat_rate_missing'
      when line_totals.is_cost_rate_missing then 'cost_fx_rate_missing'
      when refund_totals.order_id is not null then 'refund_fx_rate_missing'
    end as reason
  from orders
  left join line_totals on orders.order_id = line_totals.order_id
  left join refund_totals on orders.order_id = refund_totals.order_id
)

select order_id, order_date, is_kept, currency, gross, reason
from reasoned
where reason is not null
union all
select order_id, order_date, true, cast(null as string), {{ money('original_amount') }}, 'order_missing'
from orphan_lines
union all
select order_id, order_date, true, cast(null as string), {{ money('original_amount') }}, 'refunded_order_missing'
from orphan_refunds
