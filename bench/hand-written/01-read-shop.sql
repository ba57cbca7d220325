-- The shop's own exports: rows that do not parse are left out, of several versions the newest counts.
set timezone = 'UTC';
set preserve_insertion_order = false;

create macro business_date(utc) as ((utc at time zone 'UTC') at time zone 'Europe/Paris')::date;
create macro month_of(day) as date_trunc('month', day)::date;
create macro money(amount) as round(amount, 2)::decimal(18, 2);
create macro cents(amount) as round(amount::decimal(28, 2) * 100)::hugeint;
create macro from_cents(whole) as (whole::decimal(28, 0) * 0.01::decimal(3, 2))::decimal(18, 2);
create macro from_millionths(whole) as (whole::decimal(28, 0) * 0.000001::decimal(7, 6))::decimal(18, 6);
-- amount × part / whole, to the cent, half away from zero.
create macro share_of(amount, part, whole) as from_cents(
  sign(amount) * sign(part) * sign(whole)
  * ((2 * abs(cents(amount) * cents(part)) + abs(cents(whole))) // nullif(2 * abs(cents(whole)), 0))
);
-- The same for all parts of a group, so that they add up: cents left over go to those that lost most, `tie` decides.
-- `total` is the group's sum of weights, whole numbers all; `unit` is 100 for cents.
create macro whole_part(amount, weight, total, unit) as (abs(round(amount * unit)::hugeint) * weight) // total;
create macro part_of(amount, weight, total, key, tie, unit) as sign(amount) * (
  whole_part(amount, weight, total, unit)
  + case when
      row_number() over (partition by key order by (abs(round(amount * unit)::hugeint) * weight) % total desc, tie)
      <= abs(round(amount * unit)::hugeint) - sum(whole_part(amount, weight, total, unit)) over (partition by key)
    then 1 else 0 end
);

create table orders_read as
select * exclude (filename), business_date(placed_at) as order_date, sha256(lower(trim(email))) as email_key
from read_csv('raw/crm/orders-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true, filename = true,
  columns = {
  order_id: varchar, placed_at: timestamp, status: varchar, status_history: varchar, sales_channel: varchar,
  is_test: boolean, customer_id: varchar, email: varchar, currency: varchar, country: varchar, region: varchar,
  postal_prefix: varchar, device_type: varchar, shipping_amount: 'decimal(18,2)', gift_card_amount: 'decimal(18,2)',
  payment_method: varchar, payment_fee: 'decimal(18,2)', shipping_cost: 'decimal(18,2)',
  packaging_cost: 'decimal(18,2)', updated_at: timestamp
})
where status in ('pending', 'placed', 'paid', 'shipped', 'delivered', 'cancelled')
qualify row_number() over (partition by order_id order by updated_at desc, filename desc) = 1;

create table order_lines as
select * exclude (filename)
from read_csv('raw/crm/order-lines-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true,
  filename = true, columns = {
  order_line_id: varchar, order_id: varchar, sku: varchar, product_name: varchar, quantity: bigint,
  unit_price: 'decimal(18,2)', line_amount: 'decimal(18,2)', tax_class: varchar, tax_amount: 'decimal(18,2)',
  is_gift_card: boolean, updated_at: timestamp
})
qualify row_number() over (partition by order_line_id order by updated_at desc, filename desc) = 1;

create table order_discounts as
select * exclude (filename) replace (upper(trim(code)) as code)
from read_csv('raw/crm/order-discounts-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true,
  filename = true, columns = {
  order_discount_id: varchar, order_id: varchar, order_line_id: varchar, promotion_id: varchar, code: varchar,
  amount: 'decimal(18,2)', updated_at: timestamp
})
qualify row_number() over (partition by order_discount_id order by updated_at desc, filename desc) = 1;

create table refunds as
select * exclude (filename), business_date(refunded_at) as refund_date
from read_csv('raw/crm/refunds-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true, filename = true,
  columns = {
  refund_id: varchar, order_id: varchar, order_line_id: varchar, refunded_at: timestamp, quantity: bigint,
  amount: 'decimal(18,2)', tax_amount: 'decimal(18,2)', is_restocked: boolean, return_shipping_cost: 'decimal(18,2)',
  reason: varchar, updated_at: timestamp
})
qualify row_number() over (partition by refund_id order by updated_at desc, filename desc) = 1;

create table customers as
from (
  select * exclude (filename, phone), sha256(lower(trim(email))) as email_key
  from read_csv('raw/crm/customers-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true,
    filename = true, columns = {
    customer_id: varchar, email: varchar, phone: varchar, created_at: timestamp, country: varchar, region: varchar,
    postal_prefix: varchar, first_order_at: timestamp, orders_before: bigint, is_deleted: boolean,
    updated_at: timestamp
  })
  qualify row_number() over (partition by customer_id order by updated_at desc, filename desc) = 1
)
where not coalesce(is_deleted, false);

create table customer_by_email as
select email_key, min(customer_id) as customer_id from customers where email_key is not null group by email_key;

create table products as
select *
from read_csv('raw/crm/products-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true, columns = {
  sku: varchar, product_name: varchar, category: varchar, tax_class: varchar, list_price: 'decimal(18,2)',
  days_of_use: bigint, full_size_sku: varchar, is_gift_card: boolean, launched_on: date, updated_at: timestamp
})
qualify row_number() over (partition by sku order by updated_at desc) = 1;

create table product_costs as
select
  *,
  row_number() over sku_costs = 1 as is_first,
  coalesce(lead(valid_from) over sku_costs - 1, date '9999-12-31') as valid_to
from read_csv('raw/crm/product-costs-*.csv', header = true, delim = ',', quote = '"', columns = {
  sku: varchar, valid_from: date, unit_cost: 'decimal(18,6)'
})
window sku_costs as (partition by sku order by valid_from);

create table inventory_days as
select sku, inventory_date,
  coalesce(stock_out_hours, case when units_on_hand = 0 then 24 else 0 end) as stock_out_hours
from read_csv('raw/crm/inventory-days-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true,
  filename = true, columns = {
  sku: varchar, inventory_date: date, units_on_hand: bigint, stock_out_hours: 'decimal(9,2)'
})
qualify row_number() over (partition by sku, inventory_date order by filename desc) = 1;

create table promotions as
select * exclude (filename) replace (upper(trim(code)) as code, coalesce(scope_values, '[]') as scope_values)
from read_csv('raw/crm/promotions-*.csv', header = true, delim = ',', quote = '"', ignore_errors = true,
  filename = true, columns = {
  promotion_id: varchar, promotion_name: varchar, kind: varchar, scope: varchar, scope_values: varchar,
  discount_rate: 'decimal(18,6)', code: varchar, starts_on: date, ends_on: date, planned_units: bigint,
  planned_net_revenue: 'decimal(18,2)', updated_at: timestamp
})
qualify row_number() over (partition by promotion_id order by updated_at desc, filename desc) = 1;

create table vat_rates as
select territory, tax_class, valid_from, coalesce(valid_to, date '9999-12-31') as valid_to, rate
from read_csv('raw/crm/vat-rates-*.csv', header = true, delim = ',', quote = '"', columns = {
  territory: varchar, tax_class: varchar, valid_from: date, valid_to: date, rate: 'decimal(18,6)'
});

-- A rate holds until the next one, for a week at most; all are quoted in euros.
create table fx_rates as
select currency, rate_date as valid_from,
  least(rate_date + 7, coalesce(lead(rate_date) over currency_rates - 1, rate_date + 7)) as valid_to, rate
from (
  select base_currency as currency, rate_date, rate::decimal(18, 8) as rate
  from read_csv('raw/crm/fx-rates-*.csv', header = true, delim = ',', quote = '"', filename = true, columns = {
    rate_date: date, base_currency: varchar, quote_currency: varchar, rate: 'decimal(18,6)'
  })
  where quote_currency = 'EUR'
  qualify row_number() over (partition by base_currency, rate_date order by filename desc) = 1
)
window currency_rates as (partition by currency order by rate_date)
union all
select 'EUR', date '0001-01-01', date '9999-12-31', 1;
