with code_uses as (
  select
    discounts.order_id,
    codes.influencer_id,
    codes.code,
    sum(discounts.amount) as amount
  from {{ ref('int_order_discounts_ledgered') }} as discounts
  inner join {{ ref('stg_influencers__codes') }} as codes
    on discounts.code = codes.code
    and discounts.order_date between coalesce(codes.valid_from, discounts.order_date)
      and coalesce(codes.valid_to, discounts.order_date)
  group by discounts.order_id, codes.influencer_id, codes.code
),

one_per_order as (
  select *
  from code_uses
  qualify row_number() over (partition by order_id order by amount desc, code) = 1
)

select
  orders.order_id,
  orders.order_date,
  orders.is_kept,
  one_per_order.influencer_id,
  one_per_order.code,
  orders.customer_status,
  {{ money('one_per_order.amount') }} as code_discount,
  orders.net_revenue,
  orders.contribution,
  case
    when orders.is_kept then {{ money('orders.net_revenue * influencers.commission_rate') }}
    else cast(0 as decimal(18, 2))
  end as commission
from one_per_order
inner join {{ ref('int_orders_ledgered') }} as orders on one_per_order.order_id = orders.order_id
inner join {{ ref('stg_influencers__influencers') }} as influencers
  on one_per_order.influencer_id = influencers.influencer_id
