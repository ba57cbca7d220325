{#- Creates a view for every table pinned by the run file, and the dates to rebuild as a relation. -#}
{% macro register_lake() %}
  {% if execute %}
    {% set run_file = env_var('SILLAGE_RUN_FILE') | replace("'", "''") %}
    {% set run %}read_json('{{ run_file }}', maximum_object_size = 268435456, columns = {% endset %}
    {% call statement('register') -%}
      {%- for schema in ['bronze', 'published', 'silver', 'measure', 'gold', 'lake', 'lake_seeds'] %}
      create schema if not exists {{ schema }};
      {%- endfor %}
      create or replace table lake.runs as
        select run_id, is_partial, output
        from {{ run }} {run_id: 'VARCHAR', is_partial: 'BOOLEAN', output: 'MAP(VARCHAR, VARCHAR)'});
      create or replace table lake.files as
        select unnest(files, recursive := true)
        from {{ run }} {files: 'STRUCT(relation VARCHAR, path VARCHAR, partition_date DATE)[]'});
      create or replace table lake.touched_dates as
        select reach, unnest(dates) as touched_date
        from (
          select unnest(touched, recursive := true)
          from {{ run }} {touched: 'STRUCT(reach VARCHAR, dates DATE[])[]'})
        )
    {%- endcall %}
    {% set relations = run_query(
      "select unnest(relations, recursive := true) from " ~ run
      ~ "{relations: 'STRUCT(schema_name VARCHAR, table_name VARCHAR, scan VARCHAR)[]'})"
    ) %}
    {% call statement('register_relations') -%}
      {%- for row in relations.rows %}
      create or replace view {{ row[0] }}.{{ row[1] }} as {{ row[2] }};
      {%- endfor %}
    {%- endcall %}
    {% do adapter.commit() %}
  {% endif %}
{% endmacro %}

{#- A process that serves one command registers by itself; the resident one is told once per run. -#}
{% macro register_lake_once() %}
  {% if execute and env_var('SILLAGE_REGISTER', '') == '1' %}{% do register_lake() %}{% endif %}
{% endmacro %}
