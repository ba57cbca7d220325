{#-
  CTEs that end in `sited`: every evidence of a source in the web log with the source and medium it stands for, and the
  site known by that name or host with its category.
-#}
{% macro sources_sited() -%}
{%- set own_hosts = var('shop_hosts', []) -%}
-- The key is made of these columns: one row a key before anything is done to them.
keyed as (
  select
    source_key,
    {%- for text in ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_id', 'gad_campaign_id', 'referrer_host'] %}
    coalesce(min({{ text }}), '') as {{ text }},
    {%- endfor %}
    {{ any_true('has_google_click') }} as has_google_click,
    {{ any_true('has_microsoft_click') }} as has_microsoft_click
  from {{ ref('int_events_cleaned') }}
  where source_key is not null
  group by source_key
),

evidence as (
  select
    source_key, utm_source, utm_medium, utm_campaign, utm_content, utm_id, gad_campaign_id, has_google_click,
    has_microsoft_click, coalesce({{ clean_host('referrer_host') }}, '') as referrer_host
  from keyed
),

sites as (
  select * from {{ ref('stg_channels__sites') }}
),

hosts as (
  select referrer_host as host from evidence where referrer_host <> ''
  union
  select utm_source from evidence where utm_source <> ''
),

site_of_host as (
  select host, site_category, site
  from (
    select
      hosts.host,
      sites.site_category,
      sites.site,
      row_number() over (partition by hosts.host order by length(sites.value) desc) as suffix_rank
    from hosts
    inner join sites
      on sites.kind = 'host' and (hosts.host = sites.value or hosts.host like '%.' || sites.value)
  ) as matched
  where suffix_rank = 1
),

referred as (
  select
    evidence.*,
    case
      when coalesce(site_of_host.site_category, '') = 'ignored' then ''
      {%- for host in own_hosts %}
      when referrer_host = '{{ host }}' or referrer_host like '%.{{ host }}' then ''
      {%- endfor %}
      else referrer_host
    end as kept_referrer
  from evidence
  left join site_of_host on evidence.referrer_host = site_of_host.host
),

resolved as (
  select
    *,
    case
      when utm_source <> '' then utm_source
      when utm_medium <> '' then kept_referrer
      when has_google_click then 'google'
      {%- if var('channel_mode', 'spend_aligned') == 'spend_aligned' %}
      when has_microsoft_click then 'bing'
      {%- endif %}
      else kept_referrer
    end as source,
    utm_source <> '' or utm_medium <> '' as is_tagged
  from referred
),

sited as (
  select
    resolved.*,
    coalesce(site_names.site_category, site_of_host.site_category, '') as site_category,
    coalesce(site_names.site, site_of_host.site, '') as site,
    case
      when is_tagged then utm_medium
      when has_google_click {% if var('channel_mode', 'spend_aligned') == 'spend_aligned' %}or has_microsoft_click {% endif %}then 'cpc'
      when source = '' then ''
      when coalesce(site_of_host.site_category, '') = 'search' then 'organic'
      else 'referral'
    end as medium
  from resolved
  left join sites as site_names on site_names.kind = 'name' and resolved.source = site_names.value
  left join site_of_host on resolved.source = site_of_host.host
)
{%- endmacro %}
