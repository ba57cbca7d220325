-- Sold lines, and the lines of cancellations whose sale is not in the file (their order is cancelled).
select
  _record,
  case
    when quantity < 0 and not is_cancellation then 'not_an_order'
    when unit_price <= 0 then 'zero_price'
  end as _drop,
  line_id as order_line_id,
  invoice as order_id,
  sku,
  product_name,
  cast(quantity as bigint) as quantity,
  unit_price,
  amount as line_amount,
  invoiced_at as updated_at
from prepared
where sale_line_id is null
