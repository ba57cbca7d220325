with refunds as (
  select * from {{ ref('stg_crm__refunds') }}
),

lines as (
  select * from {{ ref('int_order_lines_costed') }}
),

on_lines as (
  select
    refunds.refund_id,
    refunds.order_line_id,
    refunds.refunded_at,
    refunds.refund_date,
    refunds.quantity,
    refunds.amount,
    refunds.tax_amount,
    refunds.return_shipping_cost,
    refunds.is_restocked
  from refunds
  inner join lines on refunds.order_line_id = lines.order_line_id and refunds.order_id = lines.order_id
),

line_totals as (
  select order_line_id, sum(amount) as amount
  from on_lines
  group by order_line_id
),

-- A refund of the whole order goes to the lines by what is still to be refunded on them. Shares are taken of the
-- running total, so that several part refunds end on the same cents as one.
on_orders as (
  select
    refunds.refund_id,
    lines.order_line_id,
    refunds.refunded_at,
    refunds.refund_date,
    cast(null as bigint) as quantity,
    refunds.tax_amount,
    refunds.return_shipping_cost,
    refunds.is_restocked,
    cast(
      sum(refunds.amount) over (
        partition by lines.order_line_id order by refunds.refunded_at, refunds.refund_id
      ) as decimal(18, 2)
    ) as amount_so_far,
    case when lines.prices_include_tax then lines.original_paid else lines.original_sales_ex_vat end
    - coalesce(line_totals.amount, 0) as remainder
  from refunds
  inner join lines on refunds.order_id = lines.order_id
  left join on_lines on refunds.refund_id = on_lines.refund_id
  left join line_totals on lines.order_line_id = line_totals.order_line_id
  where on_lines.refund_id is null
),

refundable as (
  select
    on_orders.*,
    cast(greatest(remainder, 0) as decimal(18, 2)) as weight,
    sum(remainder) over (partition by refund_id) as order_remainder
  from on_orders
),

spread as (
  {{ allocate('refundable', ['refund_id'], 'weight', {
    'amount_so_far': 'line_share_so_far',
    'tax_amount': 'line_tax_amount',
    'return_shipping_cost': 'line_return_shipping_cost',
  }, 'order_line_id') }}
),

-- What gives everything back gives back each line's own, even where a line was worth less than nothing.
settled_orders as (
  select
    spread.*,
    case when amount_so_far = order_remainder then remainder else line_share_so_far end as line_amount_so_far
  from spread
),

on_all_lines as (
  select * from on_lines
  union all
  select
    refund_id,
    order_line_id,
    refunded_at,
    refund_date,
    quantity,
    cast(line_amount_so_far - coalesce(
      lag(line_amount_so_far) over (partition by order_line_id order by refunded_at, refund_id), 0
    ) as decimal(18, 2)),
    cast(line_tax_amount as decimal(18, 2)),
    cast(line_return_shipping_cost as decimal(18, 2)),
    is_restocked
  from settled_orders
),

untaxed as (
  select
    on_all_lines.*,
    lines.order_id,
    lines.order_date,
    lines.quantity as line_quantity,
    lines.sales_ex_vat as line_sales,
    lines.original_paid as line_paid,
    lines.original_sales_ex_vat as line_original_sales,
    lines.cogs_sold,
    lines.fx_rate,
    lines.is_gift_card,
    lines.prices_include_tax,
    sum(on_all_lines.amount) over refunds_so_far as so_far,
    case
      when lines.is_gift_card and lines.original_paid = 0 then 0
      when not lines.prices_include_tax or lines.original_paid = 0 then on_all_lines.amount
      when on_all_lines.tax_amount is not null then on_all_lines.amount - on_all_lines.tax_amount
      else {{ amount_share('lines.original_sales_ex_vat', 'sum(on_all_lines.amount) over refunds_so_far', 'lines.original_paid') }}
        - {{ amount_share('lines.original_sales_ex_vat', 'sum(on_all_lines.amount) over refunds_so_far - on_all_lines.amount', 'lines.original_paid') }}
    end as amount_ex_vat
  from on_all_lines
  inner join lines on on_all_lines.order_line_id = lines.order_line_id
  window refunds_so_far as (
    partition by on_all_lines.order_line_id order by on_all_lines.refunded_at, on_all_lines.refund_id
  )
),

accumulated as (
  select
    untaxed.*,
    case
      when prices_include_tax and so_far = line_paid then line_original_sales
      else sum(amount_ex_vat) over (partition by order_line_id order by refunded_at, refund_id)
    end as ex_vat_so_far
  from untaxed
),

settled as (
  select
    accumulated.*,
    coalesce(lag(ex_vat_so_far) over (partition by order_line_id order by refunded_at, refund_id), 0) as ex_vat_before,
    case
      when not is_restocked or cogs_sold <= 0 then 0
      when quantity is not null and line_quantity > 0 then {{ amount_share('cogs_sold', 'quantity', 'line_quantity') }}
      else coalesce({{ amount_share('cogs_sold', 'amount_ex_vat', 'line_original_sales') }}, 0)
    end as cogs_back
  from accumulated
),

restocked as (
  select
    settled.*,
    ex_vat_so_far - ex_vat_before as settled_ex_vat,
    sum(cogs_back) over (partition by order_line_id order by refunded_at, refund_id) as cogs_back_so_far
  from settled
)

select
  restocked.refund_id,
  restocked.order_line_id,
  restocked.order_id,
  orders.is_kept,
  restocked.order_date,
  restocked.refund_date,
  restocked.refunded_at,
  restocked.is_restocked,
  coalesce(restocked.quantity, 0) as quantity,
  cast(restocked.amount as decimal(18, 2)) as original_amount,
  cast(restocked.settled_ex_vat as decimal(18, 2)) as original_amount_ex_vat,
  cast(case
    when restocked.line_original_sales = 0 then {{ money('restocked.settled_ex_vat * restocked.fx_rate') }}
    else {{ amount_share('restocked.line_sales', 'restocked.ex_vat_so_far', 'restocked.line_original_sales') }}
      - {{ amount_share('restocked.line_sales', 'restocked.ex_vat_before', 'restocked.line_original_sales') }}
  end as decimal(18, 2)) as refunds_ex_vat,
  {{ money('restocked.settled_ex_vat * fx_rates.rate') }} as finance_refunds_ex_vat,
  cast(
    least(restocked.cogs_back_so_far, restocked.cogs_sold)
    - least(restocked.cogs_back_so_far - restocked.cogs_back, restocked.cogs_sold)
    as decimal(18, 2)
  ) as cogs_restocked,
  {{ money('restocked.return_shipping_cost * restocked.fx_rate') }} as return_cost,
  fx_rates.rate is null as is_fx_rate_missing
from restocked
inner join {{ ref('int_orders_classified') }} as orders on restocked.order_id = orders.order_id
left join {{ ref('int_fx_rates_spanned') }} as fx_rates
  on orders.currency = fx_rates.currency and restocked.refund_date between fx_rates.valid_from and fx_rates.valid_to
