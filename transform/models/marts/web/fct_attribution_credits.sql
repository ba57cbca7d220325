{{ config(partition_by='order_month', replace_by='order_date', reach='credits') }}

select *
from {{ ref('int_attribution_credited') }}
where order_date in {{ touched('credits') }}
