-- One product per stock code, by its latest name.
select
  min(_record) as _record,
  sku,
  coalesce(max_by(product_name, (invoiced_at, _record)) filter (product_name is not null), sku) as product_name,
  max(invoiced_at) as updated_at
from prepared
group by sku
