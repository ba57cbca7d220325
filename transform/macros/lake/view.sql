{#- As dbt's own, without its swap by renaming: nobody reads a view of the run's database while it is made. -#}
{% materialization view, adapter='duckdb' %}
  {% set target_relation = this.incorporate(type='view') %}
  {{ run_hooks(pre_hooks) }}
  {% call statement('main') -%}
    create or replace view {{ target_relation }} as {{ sql }}
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {{ adapter.commit() }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
