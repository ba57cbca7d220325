-- A line belongs to a promotion when it was sold in the promotion's days and its SKU is in scope, or when one of
-- its discounts names the promotion.
with promotions as (
  select * from {{ ref('stg_crm__promotions') }}
),

lines as (
  select * from {{ ref('int_order_lines_ledgered') }}
  where is_kept and not is_gift_card
),

discounts as (
  select
    ledgered.order_line_id,
    promotions.promotion_id,
    sum(ledgered.amount) as amount
  from {{ ref('int_order_discounts_ledgered') }} as ledgered
  inner join promotions
    on ledgered.promotion_id = promotions.promotion_id
    or (
      ledgered.promotion_id is null
      and ledgered.code = promotions.code
      and ledgered.order_date between promotions.starts_on and promotions.ends_on
    )
  group by ledgered.order_line_id, promotions.promotion_id
),

in_scope as (
  select lines.order_line_id, promotions.promotion_id
  from lines
  inner join promotions
    on lines.order_date between promotions.starts_on and promotions.ends_on
    and (
      promotions.scope = 'sitewide'
      or (promotions.scope = 'category' and contains(promotions.scope_values, '"' || lines.category || '"'))
      or (promotions.scope = 'sku' and contains(promotions.scope_values, '"' || lines.sku || '"'))
    )
),

matched as (
  select order_line_id, promotion_id from in_scope
  union
  select order_line_id, promotion_id from discounts
)

select
  matched.promotion_id,
  matched.order_line_id,
  lines.order_id,
  lines.order_date,
  lines.person_key,
  in_scope.order_line_id is not null as is_in_scope,
  discounts.order_line_id is not null as is_discounted,
  lines.quantity,
  lines.net_revenue,
  lines.contribution,
  {{ money('coalesce(discounts.amount, 0)') }} as discount
from matched
inner join lines on matched.order_line_id = lines.order_line_id
left join in_scope
  on matched.order_line_id = in_scope.order_line_id and matched.promotion_id = in_scope.promotion_id
left join discounts
  on matched.order_line_id = discounts.order_line_id and matched.promotion_id = discounts.promotion_id
