{#-
  A model of dates: what it returns as `touched_date` joins the dates of its `reach` that this run rebuilds.
  Not evaluated in a full run, which rebuilds every date and has no publication to compare with.
-#}
{% materialization reach, adapter='duckdb' %}
  {{ run_hooks(pre_hooks) }}
  {% call statement('main') -%}
    {%- if run_query("select coalesce(is_partial, false) from lake.runs").rows[0][0] -%}
    insert into lake.touched_dates
    select '{{ config.require('reach') }}', reached.touched_date
    from ({{ sql }}) as reached
    where reached.touched_date not in {{ touched_so_far(config.require('reach')) }}
    group by reached.touched_date
    {%- else -%}
    select 1
    {%- endif -%}
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {{ adapter.commit() }}
  {{ return({'relations': []}) }}
{% endmaterialization %}
