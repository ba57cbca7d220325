{#- Creates a view for every table pinned by the run file, and the dates to rebuild as a relation. -#}
{% macro register_lake() %}
  {% if execute %}
    {% set run_file = env_var('SILLAGE_RUN_FILE') | replace("'", "''") %}
    {% for schema in ['bronze', 'published', 'silver', 'measure', 'gold', 'lake', 'lake_seeds'] %}
      {% do run_query('create schema if not exists ' ~ schema) %}
    {% endfor %}
    {% do run_query(
      "create or replace table lake.runs as select run_id, is_partial, output from read_json('" ~ run_file ~ "', columns = "
      ~ "{run_id: 'VARCHAR', is_partial: 'BOOLEAN', output: 'MAP(VARCHAR, VARCHAR)'}, maximum_object_size = 268435456)"
    ) %}
    {% do run_query(
      "create or replace table lake.files as select unnest(files, recursive := true) from read_json('" ~ run_file ~ "', columns = "
      ~ "{files: 'STRUCT(relation VARCHAR, path VARCHAR, partition_date DATE)[]'}, maximum_object_size = 268435456)"
    ) %}
    {% do run_query(
      "create or replace table lake.touched_dates as select reach, unnest(dates) as touched_date from ("
      ~ "select unnest(touched, recursive := true) from read_json('" ~ run_file ~ "', columns = "
      ~ "{touched: 'STRUCT(reach VARCHAR, dates DATE[])[]'}, maximum_object_size = 268435456))"
    ) %}
    {% set relations = run_query(
      "select unnest(relations, recursive := true) from read_json('" ~ run_file ~ "', columns = "
      ~ "{relations: 'STRUCT(schema_name VARCHAR, table_name VARCHAR, scan VARCHAR)[]'}, maximum_object_size = 268435456)"
    ) %}
    {% for row in relations.rows %}
      {% do run_query('create or replace view ' ~ row[0] ~ '.' ~ row[1] ~ ' as ' ~ row[2]) %}
    {% endfor %}
    {% do adapter.commit() %}
  {% endif %}
{% endmacro %}

{#- A process that serves one command registers by itself; the resident one is told once per run. -#}
{% macro register_lake_once() %}
  {% if execute and env_var('SILLAGE_REGISTER', '') == '1' %}{% do register_lake() %}{% endif %}
{% endmacro %}
