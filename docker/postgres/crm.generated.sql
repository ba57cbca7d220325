-- Generated from src/contracts by `npm run generate`; do not edit.

create schema if not exists crm;

create or replace function crm.touch() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create table if not exists crm.customers (
  customer_id text not null,
  email text,
  phone text,
  created_at timestamptz not null,
  country text,
  region text,
  postal_prefix text,
  first_order_at timestamptz,
  orders_before bigint,
  updated_at timestamptz not null default now(),
  primary key (customer_id)
);
comment on table crm.customers is 'One row per customer.';
create index if not exists customers_by_change on crm.customers (updated_at, customer_id);
create or replace trigger touch before update on crm.customers for each row execute function crm.touch();

create table if not exists crm.consents (
  customer_id text not null,
  purpose text not null,
  state text not null,
  changed_at timestamptz not null,
  updated_at timestamptz not null default now(),
  primary key (customer_id, purpose, changed_at)
);
comment on table crm.consents is 'One row per change of a customer’s consent to a purpose.';
create index if not exists consents_by_change on crm.consents (updated_at, customer_id, purpose, changed_at);
create or replace trigger touch before update on crm.consents for each row execute function crm.touch();

create table if not exists crm.products (
  sku text not null,
  product_name text not null,
  category text,
  tax_class text,
  list_price numeric(18,2),
  currency text,
  days_of_use bigint,
  full_size_sku text,
  is_gift_card boolean,
  launched_on date,
  updated_at timestamptz not null default now(),
  primary key (sku)
);
comment on table crm.products is 'One row per product (SKU).';
create index if not exists products_by_change on crm.products (updated_at, sku);
create or replace trigger touch before update on crm.products for each row execute function crm.touch();

create table if not exists crm.product_costs (
  sku text not null,
  valid_from date not null,
  unit_cost numeric(18,6) not null,
  currency text not null,
  updated_at timestamptz not null default now(),
  primary key (sku, valid_from)
);
comment on table crm.product_costs is 'One row per SKU and day from which a unit cost holds.';
create index if not exists product_costs_by_change on crm.product_costs (updated_at, sku, valid_from);
create or replace trigger touch before update on crm.product_costs for each row execute function crm.touch();

create table if not exists crm.inventory_days (
  sku text not null,
  inventory_date date not null,
  units_on_hand bigint not null,
  stock_out_hours numeric(18,6),
  updated_at timestamptz not null default now(),
  primary key (sku, inventory_date)
);
comment on table crm.inventory_days is 'One row per SKU and day: stock at the end of the day.';
create index if not exists inventory_days_by_change on crm.inventory_days (updated_at, sku, inventory_date);
create or replace trigger touch before update on crm.inventory_days for each row execute function crm.touch();

create table if not exists crm.orders (
  order_id text not null,
  placed_at timestamptz not null,
  status text not null,
  status_history text,
  sales_channel text,
  is_test boolean,
  customer_id text,
  email text,
  currency text not null,
  country text,
  region text,
  postal_prefix text,
  device_type text,
  shipping_amount numeric(18,2),
  gift_card_amount numeric(18,2),
  payment_method text,
  payment_fee numeric(18,2),
  shipping_cost numeric(18,2),
  packaging_cost numeric(18,2),
  prices_include_tax boolean not null,
  tax_mode text,
  first_order_at timestamptz,
  orders_before bigint,
  updated_at timestamptz not null default now(),
  primary key (order_id)
);
comment on table crm.orders is 'One row per order.';
create index if not exists orders_by_change on crm.orders (updated_at, order_id);
create or replace trigger touch before update on crm.orders for each row execute function crm.touch();

create table if not exists crm.order_lines (
  order_line_id text not null,
  order_id text not null,
  sku text not null,
  product_name text,
  quantity bigint not null,
  unit_price numeric(18,6),
  line_amount numeric(18,2) not null,
  tax_class text,
  tax_amount numeric(18,2),
  is_gift_card boolean,
  updated_at timestamptz not null default now(),
  primary key (order_line_id)
);
comment on table crm.order_lines is 'One row per line of an order.';
create index if not exists order_lines_by_change on crm.order_lines (updated_at, order_line_id);
create or replace trigger touch before update on crm.order_lines for each row execute function crm.touch();

create table if not exists crm.order_discounts (
  order_discount_id text not null,
  order_id text not null,
  order_line_id text,
  promotion_id text,
  code text,
  amount numeric(18,2) not null,
  updated_at timestamptz not null default now(),
  primary key (order_discount_id)
);
comment on table crm.order_discounts is 'One row per discount given on an order or one of its lines.';
create index if not exists order_discounts_by_change on crm.order_discounts (updated_at, order_discount_id);
create or replace trigger touch before update on crm.order_discounts for each row execute function crm.touch();

create table if not exists crm.refunds (
  refund_id text not null,
  order_id text not null,
  order_line_id text,
  refunded_at timestamptz not null,
  quantity bigint,
  amount numeric(18,2) not null,
  tax_amount numeric(18,2),
  is_restocked boolean,
  return_shipping_cost numeric(18,2),
  reason text,
  updated_at timestamptz not null default now(),
  primary key (refund_id)
);
comment on table crm.refunds is 'One row per refund of an order or one of its lines.';
create index if not exists refunds_by_change on crm.refunds (updated_at, refund_id);
create or replace trigger touch before update on crm.refunds for each row execute function crm.touch();

create table if not exists crm.promotions (
  promotion_id text not null,
  promotion_name text not null,
  kind text not null,
  scope text not null,
  scope_values text,
  discount_rate numeric(18,6),
  code text,
  starts_on date not null,
  ends_on date not null,
  planned_units bigint,
  planned_net_revenue numeric(18,2),
  currency text,
  updated_at timestamptz not null default now(),
  primary key (promotion_id)
);
comment on table crm.promotions is 'One row per promotion.';
create index if not exists promotions_by_change on crm.promotions (updated_at, promotion_id);
create or replace trigger touch before update on crm.promotions for each row execute function crm.touch();

create table if not exists crm.messages (
  message_id text not null,
  medium text not null,
  campaign_name text not null,
  sent_at timestamptz not null,
  recipients bigint not null,
  cost numeric(18,2) not null,
  currency text not null,
  updated_at timestamptz not null default now(),
  primary key (message_id)
);
comment on table crm.messages is 'One row per sending of an e-mail or SMS campaign.';
create index if not exists messages_by_change on crm.messages (updated_at, message_id);
create or replace trigger touch before update on crm.messages for each row execute function crm.touch();

create table if not exists crm.marketing_costs (
  cost_id text not null,
  kind text not null,
  channel text,
  starts_on date not null,
  ends_on date not null,
  amount numeric(18,2) not null,
  currency text not null,
  updated_at timestamptz not null default now(),
  primary key (cost_id)
);
comment on table crm.marketing_costs is 'One row per cost of marketing that is not ad spend.';
create index if not exists marketing_costs_by_change on crm.marketing_costs (updated_at, cost_id);
create or replace trigger touch before update on crm.marketing_costs for each row execute function crm.touch();

create table if not exists crm.budgets (
  budget_id text not null,
  channel text not null,
  platform text,
  starts_on date not null,
  ends_on date not null,
  amount numeric(18,2) not null,
  currency text not null,
  updated_at timestamptz not null default now(),
  primary key (budget_id)
);
comment on table crm.budgets is 'One row per planned budget of a channel and period.';
create index if not exists budgets_by_change on crm.budgets (updated_at, budget_id);
create or replace trigger touch before update on crm.budgets for each row execute function crm.touch();

create table if not exists crm.experiments (
  experiment_id text not null,
  experiment_name text not null,
  kind text not null,
  channel text not null,
  platform text,
  campaign_ids text,
  starts_on date not null,
  ends_on date not null,
  treatment_regions text not null,
  control_regions text not null,
  status text not null,
  updated_at timestamptz not null default now(),
  primary key (experiment_id)
);
comment on table crm.experiments is 'One row per marketing experiment.';
create index if not exists experiments_by_change on crm.experiments (updated_at, experiment_id);
create or replace trigger touch before update on crm.experiments for each row execute function crm.touch();

create table if not exists crm.vat_rates (
  territory text not null,
  tax_class text not null,
  valid_from date not null,
  valid_to date,
  rate numeric(18,6) not null,
  updated_at timestamptz not null default now(),
  primary key (territory, tax_class, valid_from)
);
comment on table crm.vat_rates is 'One row per territory, tax class and period of a VAT rate.';
create index if not exists vat_rates_by_change on crm.vat_rates (updated_at, territory, tax_class, valid_from);
create or replace trigger touch before update on crm.vat_rates for each row execute function crm.touch();

create table if not exists crm.fx_rates (
  rate_date date not null,
  base_currency text not null,
  quote_currency text not null,
  rate numeric(18,6) not null,
  updated_at timestamptz not null default now(),
  primary key (rate_date, base_currency, quote_currency)
);
comment on table crm.fx_rates is 'One row per currency pair and day on which a rate was published.';
create index if not exists fx_rates_by_change on crm.fx_rates (updated_at, rate_date, base_currency, quote_currency);
create or replace trigger touch before update on crm.fx_rates for each row execute function crm.touch();
