{# How deep a level of an ad account lies: 0 for the account, 3 for an ad. #}
{% macro ad_level_depth(level) -%}
case {{ level }} when 'account' then 0 when 'campaign' then 1 when 'ad_group' then 2 else 3 end
{%- endmacro %}
