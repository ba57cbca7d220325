{#-
  Writes a model as new Parquet files beside the published ones and points its relation at kept + new files.
  Nothing is overwritten: the files become part of the table when the run commits them.
  With `partition_by` the model's rows replace the dates of its `reach`; without, the whole table.
-#}
{% materialization lake, adapter='duckdb' %}
  {% set target_relation = this.incorporate(type='view') %}
  {% set name = this.schema ~ '.' ~ this.identifier %}
  {% set partition_by = config.get('partition_by') %}
  {% set run = run_query("select run_id, output['" ~ this.schema ~ "'] from lake.runs").rows[0] %}
  {% set folder = run[1] ~ '/' ~ this.identifier %}
  {% set prefix = 'part-' ~ run[0] ~ '-' %}

  {{ run_hooks(pre_hooks) }}
  {% if partition_by %}
    {% call statement('main') -%}
      copy ({{ sql }}) to '{{ folder }}' (
        format parquet, compression zstd, partition_by ({{ partition_by }}),
        filename_pattern '{{ prefix }}{uuid}', overwrite_or_ignore
      )
    {%- endcall %}
    {% do run_query("copy (select * from (" ~ sql ~ ") limit 0) to '" ~ folder ~ "/" ~ prefix ~ "schema.parquet' (format parquet)") %}
    {% set files = run_query(
      "select path from lake.files where relation = '" ~ name ~ "' and partition_date not in "
      ~ touched(config.get('reach')) ~ " union all select file from glob('" ~ folder ~ "/*/" ~ prefix ~ "*.parquet')"
    ).columns[0].values() %}
    {% set columns = run_query("select * from read_parquet('" ~ folder ~ "/" ~ prefix ~ "schema.parquet')").column_names | join(', ') %}
    {% set scan %}
      {%- if files | length > 0 -%}
        select {{ columns }} from read_parquet(['{{ files | join("', '") }}'],
          hive_partitioning = true, hive_types = {'{{ partition_by }}': DATE}, union_by_name = true)
      {%- else -%}
        select * from read_parquet('{{ folder }}/{{ prefix }}schema.parquet')
      {%- endif -%}
    {% endset %}
  {% else %}
    {% do run_query("select 1") %}
    {% call statement('main') -%}
      copy ({{ sql }}) to '{{ folder }}/{{ prefix }}0.parquet' (format parquet, compression zstd)
    {%- endcall %}
    {% set scan = "select * from read_parquet('" ~ folder ~ "/" ~ prefix ~ "0.parquet')" %}
  {% endif %}
  {% call statement('point_relation') -%}
    create or replace view {{ target_relation }} as {{ scan }}
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {#- Without this commit the view is silently rolled back and models downstream read the old one. -#}
  {{ adapter.commit() }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
