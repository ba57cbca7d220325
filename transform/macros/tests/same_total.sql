{#
  Fails with the groups in which two sums differ. `sum` over this model and `other_sum` over `other`, each by its
  list of grouping expressions; a group one side lacks counts as zero. `where` and `other_where` narrow the rows.
#}
{% test same_total(model, sum, other, other_sum, group_by=[], other_group_by=none, where='true', other_where='true') %}
{%- set other_groups = other_group_by or group_by %}
select {% for group in group_by %}group_{{ loop.index }}, {% endfor %}sum(ours) as ours, sum(theirs) as theirs
from (
  select {% for group in group_by %}{{ group }} as group_{{ loop.index }}, {% endfor %}sum({{ sum }}) as ours, 0 as theirs
  from {{ model }}
  where {{ where }}
  {% if group_by %}group by {{ group_by | join(', ') }}{% endif %}
  union all
  select {% for group in other_groups %}{{ group }}, {% endfor %}0, sum({{ other_sum }})
  from {{ other }}
  where {{ other_where }}
  {% if group_by %}group by {{ other_groups | join(', ') }}{% endif %}
) as both_sides
{% if group_by %}group by {% for group in group_by %}group_{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %}{% endif %}
having coalesce(sum(ours), 0) <> coalesce(sum(theirs), 0)
{% endtest %}
