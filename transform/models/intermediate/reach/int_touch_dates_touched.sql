{{ config(materialized='reach', reach='touches') }}

-- A login tells who was behind touchpoints on other dates too.
with

changed_visitors as (
  select distinct visitor_key
  from {{ changed_rows(ref('int_identity_resolved'), 'int_identity_resolved', [
    'visitor_key', 'valid_from', 'valid_to', 'customer_id', 'is_shared',
  ]) }} as changed
),

{% for name, identity in {
  'resolved': ref('int_identity_resolved'),
  'resolved_before': published('int_identity_resolved'),
}.items() -%}
{{ name }} as (
  select
    touchpoints.touchpoint_key,
    touchpoints.touch_date,
    identity.customer_id,
    coalesce(identity.is_shared, false) as is_shared
  from {{ ref('int_touchpoints_built') }} as touchpoints
  inner join changed_visitors on touchpoints.visitor_key = changed_visitors.visitor_key
  left join {{ identity }} as identity
    on touchpoints.visitor_key = identity.visitor_key
    and touchpoints.touched_at >= identity.valid_from
    and touchpoints.touched_at < identity.valid_to
),

{% endfor -%}
changed_touchpoints as (
  (select * from resolved except select * from resolved_before)
  union all
  (select * from resolved_before except select * from resolved)
)

select touch_date as touched_date from changed_touchpoints
union
select touched_date from {{ touched('sessions') }} as dates
