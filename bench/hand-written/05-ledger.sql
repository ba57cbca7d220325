-- Orders, their lines and refunds, in euros; VAT from the shop's own figure where it gives one.
create macro vat_territory(country, region, postal_prefix) as case
  when country = 'GP' then 'FR-971' when country = 'MQ' then 'FR-972' when country = 'GF' then 'FR-973'
  when country = 'RE' then 'FR-974' when country = 'YT' then 'FR-976' when country = 'MC' then 'FR'
  when country <> 'FR' then country
  when region in ('FR-2A', 'FR-2B', 'FR-971', 'FR-972', 'FR-973', 'FR-974', 'FR-976') then region
  when region in ('FR-COR', 'FR-20R') then 'FR-2B'
  when postal_prefix like '97%' then 'FR-' || postal_prefix[:3]
  when postal_prefix like '200%' or postal_prefix like '201%' then 'FR-2A'
  when postal_prefix like '20%' then 'FR-2B'
  else country
end;

create table orders_classified as
with identified as (
  select
    orders.* exclude (customer_id, email_key),
    orders.customer_id,
    coalesce(orders.customer_id, customer_by_email.customer_id, orders.email_key, 'order:' || order_id) as person_key,
    orders.customer_id is not null or orders.email_key is not null as is_identified,
    coalesce(is_test, false) as is_a_test,
    status not in ('pending', 'cancelled') and not coalesce(is_test, false) as is_kept,
    case when sales_channel = 'offline' then coalesce(country, 'FR') else country end as tax_country
  from orders_read as orders
  left join customer_by_email on orders.email_key = customer_by_email.email_key
),
ranked as (
  select
    identified.*,
    sum(is_kept::int) over (partition by person_key order by placed_at, order_id) as kept_rank,
    coalesce(customers.orders_before > 0, false)
    or coalesce(customers.first_order_at::date < min(placed_at) over (partition by person_key)::date,
      false) as has_older_orders,
    customers.orders_before is not null or customers.first_order_at is not null as is_history_known,
    min(order_date) over () as history_starts_on,
    max(order_date) over () as history_ends_on
  from identified
  left join customers on identified.person_key = customers.customer_id
)
select
  ranked.*,
  order_date <= history_ends_on - 30 as is_mature,
  case
    when not is_kept then null
    when kept_rank > 1 or has_older_orders then 'returning'
    when is_history_known then 'new'
    when not is_identified or order_date < history_starts_on + 180 then 'new_unknown'
    else 'new'
  end as customer_status,
  case when is_kept and not has_older_orders then kept_rank::int end as person_order_number,
  fx_rates.rate as fx_rate,
  tax_country <> 'FR' and tax_country not in (
    'AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU', 'LV',
    'MC', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK', 'GP', 'MQ', 'GF', 'RE', 'YT'
  ) as is_export,
  vat_territory(tax_country, region, postal_prefix) as vat_territory
from ranked
left join fx_rates on ranked.currency = fx_rates.currency and order_date between valid_from and valid_to;

create table lines_priced as
with discounted as (
  select order_line_id, order_id, sum(amount)::decimal(18, 2) as discount from order_discounts group by all
),
valued as (
  select
    lines.order_line_id, lines.order_id, lines.sku,
    coalesce(lines.product_name, products.product_name) as product_name, lines.quantity,
    coalesce(lines.is_gift_card, products.is_gift_card, false) as is_gift_card,
    coalesce(lines.tax_class, products.tax_class, 'standard') as tax_class,
    lines.tax_amount, lines.line_amount, coalesce(discounted.discount, 0) as discount,
    orders.order_date, orders.fx_rate, orders.is_export, orders.vat_territory,
    case when coalesce(lines.is_gift_card, products.is_gift_card, false) then 0
      else lines.line_amount - coalesce(discount, 0) end as goods_amount,
    coalesce(orders.shipping_amount, 0) as shipping_amount,
    money(coalesce(orders.shipping_cost * fx_rate, 0)) as order_shipping_cost,
    money(coalesce(orders.packaging_cost * fx_rate, 0)) as order_packaging_cost,
    money(coalesce(orders.payment_fee * fx_rate, 0)) as order_payment_fee
  from order_lines as lines
  join orders_classified as orders on lines.order_id = orders.order_id
  left join products on lines.sku = products.sku
  left join discounted on lines.order_line_id = discounted.order_line_id and lines.order_id = discounted.order_id
),
weighed as (
  select
    *,
    case when sum(greatest(goods_amount, 0)) over (partition by order_id) = 0 then 1
      else cents(greatest(goods_amount, 0)) end as weight
  from valued
),
totalled as (
  select *, sum(weight) over (partition by order_id) as total_weight from weighed
),
spread as (
  select
    * exclude (weight, total_weight),
    from_cents(part_of(shipping_amount, weight, total_weight, order_id, order_line_id, 100)) as shipping_charged,
    from_cents(part_of(order_shipping_cost, weight, total_weight, order_id, order_line_id, 100)) as shipping_cost,
    from_cents(part_of(order_packaging_cost, weight, total_weight, order_id, order_line_id, 100)) as packaging_cost,
    from_cents(part_of(order_payment_fee, weight, total_weight, order_id, order_line_id, 100)) as payment_fee,
    goods_amount + shipping_charged as charged
  from totalled
),
taxed as (
  select
    spread.*,
    case when spread.tax_class = 'exempt' or is_export then 0 else vat_rates.rate end as vat_rate,
    case
      when not is_gift_card and tax_amount is not null and (goods_amount <> 0 or shipping_charged = 0)
      then tax_amount + coalesce(share_of(shipping_charged, tax_amount, goods_amount), 0)
      when charged = 0 then 0
      else charged - share_of(charged, 10000, 10000 * (1 + vat_rate))
    end as vat_charged
  from spread
  left join vat_rates
    on spread.vat_territory = vat_rates.territory and spread.tax_class = vat_rates.tax_class
    and order_date between vat_rates.valid_from and vat_rates.valid_to
)
select
  taxed.*,
  case when is_gift_card then 0 else discount end as goods_discount,
  charged - vat_charged as original_sales,
  money((charged + goods_discount) * fx_rate) as gross,
  money(goods_discount * fx_rate) as discounts,
  money(vat_charged * fx_rate) as vat,
  (gross - discounts - vat)::decimal(18, 2) as sales_ex_vat,
  money(case when is_gift_card then line_amount - discount else 0 end * fx_rate) as gift_cards_sold,
  not is_gift_card and (costs.sku is null or costs.valid_from > order_date) as is_cost_assumed,
  money(coalesce(quantity * costs.unit_cost, 0)) as cogs_sold
from taxed
left join product_costs as costs
  on taxed.sku = costs.sku and not is_gift_card and order_date <= costs.valid_to
    and (order_date >= costs.valid_from or costs.is_first);

create table refunds_booked as
with untaxed as (
  select
    refunds.*, lines.order_date, lines.quantity as line_quantity, sales_ex_vat, charged, original_sales, cogs_sold,
    fx_rate,
    sum(amount) over so_far as amount_so_far,
    sum(case when charged = 0 then case when is_gift_card then 0 else amount end
      else amount - refunds.tax_amount end) over so_far as untaxed_so_far,
    case when is_restocked and cogs_sold > 0
      and lines.quantity > 0 then share_of(cogs_sold, refunds.quantity, lines.quantity) else 0 end as cogs_back
  from refunds
  join lines_priced as lines on refunds.order_line_id = lines.order_line_id and refunds.order_id = lines.order_id
  window so_far as (partition by refunds.order_line_id order by refunded_at, refund_id)
),
settled as (
  select
    *,
    coalesce(lag(ex_vat_so_far) over settled_so_far, 0) as ex_vat_before,
    sum(cogs_back) over settled_so_far as cogs_back_so_far
  from (select *, case when amount_so_far = charged then original_sales else untaxed_so_far end as ex_vat_so_far
    from untaxed)
  window settled_so_far as (partition by order_line_id order by refunded_at, refund_id)
)
select
  settled.refund_id, settled.order_line_id, settled.order_id, settled.order_date, settled.refund_date,
  settled.quantity, orders.is_kept,
  case
    when original_sales = 0 then money((ex_vat_so_far - ex_vat_before) * settled.fx_rate)
    else share_of(sales_ex_vat, ex_vat_so_far, original_sales) - share_of(sales_ex_vat, ex_vat_before, original_sales)
  end::decimal(18, 2) as refunds_ex_vat,
  money((ex_vat_so_far - ex_vat_before) * fx_rates.rate) as finance_refunds_ex_vat,
  money(least(cogs_back_so_far, cogs_sold) - least(cogs_back_so_far - cogs_back, cogs_sold)) as cogs_restocked,
  money(coalesce(return_shipping_cost, 0) * settled.fx_rate) as return_cost
from settled
join orders_classified as orders on settled.order_id = orders.order_id
left join fx_rates on orders.currency = fx_rates.currency and settled.refund_date between fx_rates.valid_from
  and fx_rates.valid_to;
