-- One row per line, cancellations matched to the sale they undo: the customer's latest earlier purchase of the
-- product that still has as many units. Sales before the first day of the file cannot be found.
with lines as (
  select
    _record,
    InvoiceNo as invoice,
    InvoiceNo || '-' || row_number() over (partition by InvoiceNo order by _record) as line_id,
    upper(trim(StockCode)) as sku,
    nullif(trim(Description), '') as product_name,
    parse_number(Quantity) as quantity,
    parse_number(UnitPrice) as unit_price,
    cast(parse_number(Quantity) * parse_number(UnitPrice) as decimal(18,2)) as amount,
    local_to_utc(parse_timestamp(InvoiceDate, '%m/%d/%y %H:%M'), source_time_zone()) as invoiced_at,
    try_cast(try_cast(CustomerID as double) as bigint) as customer_id,
    Country as country_name,
    InvoiceNo like 'C%' as is_cancellation
  from input
),
sales as (
  select line_id, invoice, sku, customer_id, quantity, invoiced_at
  from lines
  where not is_cancellation and quantity > 0 and unit_price > 0 and customer_id is not null
),
candidates as (
  select cancelled.line_id, max_by(sales.line_id, (sales.invoiced_at, sales.line_id)) as sale_line_id
  from lines as cancelled
  join sales
    on sales.customer_id = cancelled.customer_id
    and sales.sku = cancelled.sku
    and sales.invoiced_at <= cancelled.invoiced_at
    and sales.quantity >= -cancelled.quantity
  where cancelled.is_cancellation
  group by cancelled.line_id
),
returned as (
  select
    candidates.line_id,
    sales.line_id as sale_line_id,
    sales.invoice as sale_invoice,
    sum(-lines.quantity) over (
      partition by sales.line_id order by lines.invoiced_at, lines._record
    ) <= sales.quantity as is_covered
  from candidates
  join lines on lines.line_id = candidates.line_id
  join sales on sales.line_id = candidates.sale_line_id
)
select lines.*, returned.sale_line_id, returned.sale_invoice
from lines
left join returned on returned.line_id = lines.line_id and returned.is_covered
