{%- set shop_country = var('shop_country') -%}
with orders as (
  select * from {{ ref('stg_crm__orders') }}
),

customers as (
  select * from {{ ref('stg_crm__customers') }}
),

customers_by_email as (
  select email_hash, min(customer_id) as customer_id
  from customers
  where email_hash is not null
  group by email_hash
),

fx_rates as (
  select * from {{ ref('int_fx_rates_spanned') }}
),

identified as (
  select
    orders.*,
    coalesce(orders.customer_id, customers_by_email.customer_id, orders.email_hash, 'order:' || orders.order_id)
      as person_key,
    orders.customer_id is not null or orders.email_hash is not null as is_identified,
    orders.status = 'cancelled' as is_cancelled,
    orders.status not in ('pending', 'cancelled') and not orders.is_test as is_kept
  from orders
  left join customers_by_email on orders.email_hash = customers_by_email.email_hash
),

ranked as (
  select
    identified.*,
    customers.orders_before as customer_orders_before,
    coalesce(identified.first_order_at, customers.first_order_at) as known_first_order_at,
    min(placed_at) over (partition by person_key) as first_placed_at,
    count(*) over (partition by person_key order by placed_at, order_id) - 1 as placed_before,
    sum(case when is_kept then 1 else 0 end) over (partition by person_key order by placed_at, order_id) as kept_rank,
    min(order_date) over () as history_starts_on,
    max(order_date) over () as history_ends_on
  from identified
  left join customers on identified.person_key = customers.customer_id
),

with_history as (
  select
    ranked.*,
    max(case
      when orders_before > placed_before
        or customer_orders_before > 0
        or cast(known_first_order_at as date) < cast(first_placed_at as date)
      then 1 else 0
    end) over (partition by person_key) = 1 as has_older_orders,
    max(case
      when orders_before is not null or customer_orders_before is not null or known_first_order_at is not null
      then 1 else 0
    end) over (partition by person_key) = 1 as is_history_known
  from ranked
),

taxed as (
  select
    with_history.*,
    case when sales_channel = 'offline' then coalesce(country, nullif('{{ shop_country }}', '')) else country end
      as tax_country
  from with_history
)

select
  taxed.order_id,
  taxed.placed_at,
  taxed.order_date,
  taxed.person_key,
  taxed.is_identified,
  taxed.customer_id,
  taxed.email_hash,
  taxed.country,
  taxed.region,
  taxed.postal_prefix,
  taxed.device_type,
  taxed.sales_channel,
  taxed.payment_method,
  taxed.status,
  taxed.is_kept,
  taxed.is_cancelled,
  taxed.is_test,
  taxed.order_date <= {{ add_days('taxed.history_ends_on', -var('refund_window_days', 30)) }} as is_mature,
  case
    when not taxed.is_kept then null
    when taxed.kept_rank > 1 or taxed.has_older_orders then 'returning'
    when taxed.is_history_known then 'new'
    when not taxed.is_identified
      or taxed.order_date < {{ add_days('taxed.history_starts_on', var('new_unknown_days', 180)) }}
    then 'new_unknown'
    else 'new'
  end as customer_status,
  case when taxed.is_kept and not taxed.has_older_orders then cast(taxed.kept_rank as int) end as person_order_number,
  taxed.has_older_orders,
  taxed.known_first_order_at as first_order_at,
  taxed.currency,
  fx_rates.rate as fx_rate,
  taxed.tax_mode,
  taxed.prices_include_tax,
  coalesce(
    '{{ shop_country }}' <> ''
    and taxed.tax_country <> '{{ shop_country }}'
    and not (
      {{ is_eu_country('taxed.tax_country') }} and {{ is_eu_country("'" ~ shop_country ~ "'") }}
    ),
    false
  ) as is_export,
  case
    -- Where the shop does not say whose VAT it pays, nothing says which rate an order bears.
    when taxed.tax_country is null or '{{ shop_country }}' = '' then null
    when {{ var('vat_oss', true) }} or taxed.tax_country in ('{{ shop_country }}', 'GP', 'MQ', 'GF', 'RE', 'YT')
    then {{ vat_territory('taxed.tax_country', 'taxed.region', 'taxed.postal_prefix') }}
    else '{{ shop_country }}'
  end as vat_territory,
  taxed.shipping_amount,
  taxed.gift_card_amount,
  taxed.payment_fee,
  taxed.shipping_cost,
  taxed.packaging_cost
from taxed
left join fx_rates
  on taxed.currency = fx_rates.currency and taxed.order_date between fx_rates.valid_from and fx_rates.valid_to
