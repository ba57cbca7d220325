{#-
  A model that no published table reads: a view, computed for whoever asks. A full run, whose tests all ask, computes
  it once into a table of its own database.
-#}
{% materialization on_demand, adapter='duckdb' %}
  {% set target_relation = this.incorporate(type='view') %}
  {% set computed = 'lake.computed_' ~ this.identifier %}
  {% set is_partial = run_query("select coalesce(is_partial, false) from lake.runs").rows[0][0] %}
  {{ run_hooks(pre_hooks) }}
  {% call statement('main') -%}
    {%- if is_partial -%}
    drop table if exists {{ computed }};
    create or replace view {{ target_relation }} as {{ sql }}
    {%- else -%}
    create or replace table {{ computed }} as {{ sql }};
    create or replace view {{ target_relation }} as select * from {{ computed }}
    {%- endif -%}
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {{ adapter.commit() }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
