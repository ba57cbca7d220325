{#
  Row rules of a model, all evaluated in one scan. Fails with the rows that break one and the first rule each
  breaks; a rule that comes out empty counts as broken.
  `rules`: a list of {name, rule}, where `rule` is a condition on the row.
#}
{% test holds(model, rules) %}
select checked.*
from (
  select
    case
      {%- for rule in rules %}
      when not coalesce({{ rule.rule }}, false) then '{{ rule.name }}'
      {%- endfor %}
    end as broken_rule,
    rows_tested.*
  from {{ model }} as rows_tested
) as checked
where checked.broken_rule is not null
{% endtest %}
