{#-
  Writes a model as new Parquet files beside the published ones and points its relation at kept + new files.
  Nothing is overwritten: the files become part of the table when the run commits them.
  `replace_by` names the model's date column and `reach` the dates its SQL returns; in a partial run the rows of
  other dates are taken over from the publication. With `partition_by`, a month column that follows `replace_by`,
  files of months that no touched date lies in are kept as they are; without, the table is one new file.
-#}
{% materialization lake, adapter='duckdb' %}
  {% set target_relation = this.incorporate(type='view') %}
  {% set partition_by = config.get('partition_by') %}
  {% set replace_by = config.get('replace_by') %}
  {% set run = run_query(
    "select run_id, coalesce(is_partial, false), output['" ~ this.schema ~ "'] from lake.runs"
  ).rows[0] %}
  {% set folder = (run[2] ~ '/' ~ this.identifier) | replace("'", "''") %}
  {% set prefix = 'part-' ~ run[0] ~ '-' %}
  {% set touched_dates = touched_so_far(config.get('reach')) if replace_by else '' %}
  {% set touched_months %}(select cast(date_trunc('month', touched_date) as date) from {{ touched_dates }} as dates){% endset %}
  {% set rows %}
    {%- if run[1] and replace_by -%}
      select * from ({{ sql }})
      union all by name
      select * from {{ published(this.identifier) }}
      where {{ replace_by }} not in {{ touched_dates }}
      {%- if partition_by %} and {{ partition_by }} in {{ touched_months }}{% endif %}
    {%- else -%}
      {{ sql }}
    {%- endif -%}
  {% endset %}

  {{ run_hooks(pre_hooks) }}
  {% if partition_by %}
    {% call statement('main') -%}
      copy ({{ rows }}) to '{{ folder }}' (
        format parquet, compression zstd, partition_by ({{ partition_by }}),
        filename_pattern '{{ prefix }}{uuid}', overwrite_or_ignore
      )
    {%- endcall %}
    {% set kept = "select path from lake.files where relation = '" ~ this.schema ~ '.' ~ this.identifier
      ~ "' and partition_date not in " ~ touched_months ~ " union all " if run[1] else '' %}
    {% set files = run_query(kept ~ "select file from glob('" ~ folder ~ "/*/" ~ prefix ~ "*.parquet')").columns[0].values() %}
    {% set scan %}
      {%- if files | length > 0 -%}
        select * from read_parquet(['{{ files | map('replace', "'", "''") | join("', '") }}'],
          hive_partitioning = true, hive_types = {'{{ partition_by }}': DATE})
      {%- else -%}
        select * from ({{ sql }}) where false
      {%- endif -%}
    {% endset %}
  {% else %}
    {% call statement('main') -%}
      copy ({{ rows }}) to '{{ folder }}/{{ prefix }}0.parquet' (format parquet, compression zstd)
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
