{{ config(partition_by='order_date', reach='credits', is_small=true) }}

select * from {{ ref('int_attribution_credited') }}
