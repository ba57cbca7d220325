with refunds as (
  select * from {{ ref('int_refunds_spread') }}
),

lines as (
  select * from {{ ref('int_order_lines_costed') }}
),

untaxed as (
  select
    refunds.*,
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
    sum(refunds.amount) over refunds_so_far as so_far,
    case
      when lines.is_gift_card and lines.original_paid = 0 then 0
      when not lines.prices_include_tax or lines.original_paid = 0 then refunds.amount
      when refunds.tax_amount is not null then refunds.amount - refunds.tax_amount
      else {{ amount_share('lines.original_sales_ex_vat', 'sum(refunds.amount) over refunds_so_far', 'lines.original_paid') }}
        - {{ amount_share('lines.original_sales_ex_vat', 'sum(refunds.amount) over refunds_so_far - refunds.amount', 'lines.original_paid') }}
    end as amount_ex_vat
  from refunds
  inner join lines on refunds.order_line_id = lines.order_line_id
  window refunds_so_far as (
    partition by refunds.order_line_id order by refunds.refunded_at, refunds.refund_id
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
