-- One order per invoice with something sold; an unmatched cancellation is an order that is cancelled.
select
  min(_record) as _record,
  case when not bool_or(unit_price > 0 and (quantity > 0 or is_cancellation)) then 'not_an_order' end as _drop,
  invoice as order_id,
  min(invoiced_at) as placed_at,
  case when bool_or(is_cancellation) then 'cancelled' else 'delivered' end as status,
  'online' as sales_channel,
  cast(any_value(customer_id) as varchar) as customer_id,
  source_currency() as currency,
  map_extract_value(map {
    'Australia': 'AU', 'Austria': 'AT', 'Bahrain': 'BH', 'Belgium': 'BE', 'Brazil': 'BR', 'Canada': 'CA',
    'Cyprus': 'CY', 'Czech Republic': 'CZ', 'Denmark': 'DK', 'EIRE': 'IE', 'Finland': 'FI', 'France': 'FR',
    'Germany': 'DE', 'Greece': 'GR', 'Hong Kong': 'HK', 'Iceland': 'IS', 'Israel': 'IL', 'Italy': 'IT',
    'Japan': 'JP', 'Lebanon': 'LB', 'Lithuania': 'LT', 'Malta': 'MT', 'Netherlands': 'NL', 'Norway': 'NO',
    'Poland': 'PL', 'Portugal': 'PT', 'RSA': 'ZA', 'Saudi Arabia': 'SA', 'Singapore': 'SG', 'Spain': 'ES',
    'Sweden': 'SE', 'Switzerland': 'CH', 'USA': 'US', 'United Arab Emirates': 'AE', 'United Kingdom': 'GB'
  }, min_by(country_name, _record)) as country,
  min_by(country_name, _record) as region,
  prices_include_tax() as prices_include_tax,
  source_tax_mode() as tax_mode,
  max(invoiced_at) as updated_at
from prepared
where sale_line_id is null
group by invoice
