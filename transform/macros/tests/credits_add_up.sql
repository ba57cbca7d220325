{#
  Fails with the orders whose credit under some model is not the order: exactly one order, and its sales, net revenue
  and contribution to the cent. An order a model forgets fails too.
#}
{% test credits_add_up(model, orders) %}
select expected.order_id, expected.attribution_model
from (
  select orders.order_id, orders.sales_ex_vat, orders.net_revenue, orders.contribution, models.attribution_model
  from {{ orders }} as orders
  cross join (select distinct attribution_model from {{ model }}) as models
  where orders.is_kept
) as expected
full join (
  select
    order_id,
    attribution_model,
    sum(credited_orders) as credited_orders,
    sum(credited_sales_ex_vat) as sales_ex_vat,
    sum(credited_net_revenue) as net_revenue,
    sum(credited_contribution) as contribution
  from {{ model }}
  group by order_id, attribution_model
) as credited
  on expected.order_id = credited.order_id and expected.attribution_model = credited.attribution_model
where credited.order_id is null
  or expected.order_id is null
  or credited.credited_orders <> 1
  or credited.sales_ex_vat <> expected.sales_ex_vat
  or credited.net_revenue <> expected.net_revenue
  or credited.contribution <> expected.contribution
{% endtest %}
