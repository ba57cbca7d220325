-- One refund per cancelled line whose sale is in the file.
select
  _record,
  line_id as refund_id,
  sale_invoice as order_id,
  sale_line_id as order_line_id,
  invoiced_at as refunded_at,
  cast(-quantity as bigint) as quantity,
  -amount as amount,
  invoiced_at as updated_at
from prepared
where sale_line_id is not null
