-- Web events as delivered, and what their tags, click ids and referrers say.
create macro url_host(url) as nullif(lower(split_part(split_part(split_part(split_part(url, '://', 2), '/', 1), '?',
  1), '#', 1)), '');
create macro plain_host(host) as regexp_replace(host, '^www[.]', '');
create macro tag(url, name) as case when contains(url,
  name || '=') then nullif(regexp_extract(url, '[?&]' || name || '=([^&#]*)', 1), '') end;
create macro decoded(text) as lower(trim(
  case when contains(text, '%') or contains(text, '+') then coalesce(try(url_decode(replace(text, '+', ' '))), text)
    else text end
));

create type event_kind as enum (
  'page_view', 'product_view', 'add_to_cart', 'remove_from_cart', 'begin_checkout', 'purchase', 'search', 'sign_up',
  'login', 'consent_change'
);

create table web_events as
with lines as (
  from read_json('raw/web/web-*.ndjson*', format = 'newline_delimited', ignore_errors = true, filename = true,
    columns = {
    id: varchar, "at": varchar, event: varchar, visitor: varchar, customer: varchar, email: varchar, url: varchar,
    referrer: varchar,
    ua: varchar, geo: varchar, consent: varchar, transaction: varchar
  })
  union all by name
  -- The line after one that was cut short behind a colon: read_json takes it for the missing value and drops both.
  select
    filename, line->>'id' as id, line->>'at' as "at", line->>'event' as event, line->>'visitor' as visitor,
    line->>'customer' as customer, line->>'email' as email, line->>'url' as url, line->>'referrer' as referrer,
    line->>'ua' as ua, line->>'geo' as geo, line->>'consent' as consent, line->>'transaction' as transaction
  from (
    select filename, unnest(regexp_extract_all(content, '(?m):\n(\{.*\})$', 1)) as line
    from read_text('raw/web/web-*.ndjson')
    where contains(content, ':' || chr(10))
  )
  where json_valid(line)
),
delivered as (
  select
    id as event_id, try_cast("at" as timestamp) as occurred_at, try_cast(event as event_kind) as event_name,
    coalesce(consent[1] = 'g', false) as has_consent,
    visitor, customer, email, url, url_host(referrer) as referrer_host, ua, geo, transaction as order_id, filename,
    case when contains(url, '?') then url end as tagged
  from lines
  where id is not null and occurred_at >= timestamp '2000-01-01' and occurred_at < (now() + interval 1 day)::timestamp
    and event_name is not null
),
parsed as (
  select
    * exclude (referrer_host, tagged),
    tag(tagged, 'utm_source') as utm_source, tag(tagged, 'utm_medium') as utm_medium,
    tag(tagged, 'utm_campaign') as utm_campaign,
    tag(tagged, 'utm_content') as utm_content, tag(tagged, 'utm_id') as utm_id,
    tag(tagged, 'gad_campaignid') as gad_campaign_id,
    case when tagged is null or not has_consent then ''
      else coalesce(regexp_extract(tagged, '[?&](gclid|gbraid|wbraid|fbclid|ttclid|msclkid)=[^&#]', 1),
        '') end as click_id,
    case when tagged is null or not has_consent then false
      else regexp_matches(tagged, '[?&](gclid|gbraid|wbraid)=[^&#]') end as has_google_click,
    case when referrer_host is null then null when plain_host(referrer_host) is distinct
      from plain_host(url_host(url)) then referrer_host end as referrer_host
  from delivered
)
select
  event_id, occurred_at, business_date(occurred_at) as event_date, event_name, has_consent,
  case when has_consent then visitor end as visitor,
  case when has_consent then customer end as customer_id,
    case when has_consent and email is not null then sha256(lower(trim(email))) end as email_key,
  coalesce(geo, '') as region, coalesce(geo[:2], '') as country, url, ua, order_id, click_id <> '' as has_click_id,
  filename,
  case when coalesce(utm_source, utm_medium, utm_campaign, utm_id, gad_campaign_id, referrer_host) is not null
    or has_google_click or click_id = 'msclkid'
    then {
      utm_source: coalesce(decoded(utm_source), ''), utm_medium: coalesce(decoded(utm_medium), ''),
      utm_campaign: coalesce(decoded(utm_campaign), ''),
      utm_content: coalesce(decoded(utm_content), ''), utm_id: coalesce(decoded(utm_id), ''),
      gad_campaign_id: coalesce(decoded(gad_campaign_id), ''),
      has_google_click: has_google_click, has_microsoft_click: click_id = 'msclkid',
      referrer_host: coalesce(regexp_extract(referrer_host, '^(?:[^@]*@)?(?:www[.])?([^:]*)', 1), '')
    }
  end as evidence
from parsed;

-- What brought a visit, decided once for each combination of tags, click ids and referrer.
create table sources as
with evidence as (
  select row_number() over () as source_id, evidence, unnest(evidence)
  from (select distinct evidence from web_events where evidence is not null)
),
site_of_host as (
  select host, arg_max(site_category, length(value)) as site_category,
    arg_max(coalesce(site, ''), length(value)) as site
  from (select referrer_host as host from evidence union select utm_source from evidence) as hosts
  join sites on kind = 'host' and (host = value or host like '%.' || value)
  group by host
),
resolved as (
  select
    evidence.*,
    case when site_of_host.site_category = 'ignored' then '' else referrer_host end as kept_referrer,
    case
      when utm_source <> '' then utm_source
      when utm_medium <> '' then kept_referrer
      when has_google_click then 'google'
      when has_microsoft_click then 'bing'
      else kept_referrer
    end as source
  from evidence
  left join site_of_host on referrer_host = host
),
sited as (
  select
    resolved.*,
    coalesce(names.site_category, site_of_host.site_category, '') as site_category,
    coalesce(names.site, site_of_host.site, '') as site,
    case
      when utm_source <> '' or utm_medium <> '' then utm_medium
      when has_google_click or has_microsoft_click then 'cpc'
      when source = '' then ''
      when site_of_host.site_category = 'search' then 'organic'
      else 'referral'
    end as medium
  from resolved
  left join sites as names on names.kind = 'name' and source = names.value
  left join site_of_host on source = host
),
ruled as (
  select *, case when has_google_click then 'google_click_id'
    else channel_rule_spend_aligned(source, medium, utm_campaign, site_category) end as rule
  from sited
),
known as (
  select source_id, campaigns.*, found.rule
  from (
    select source_id, site, 1 as rank, 'campaign_id' as rule, gad_campaign_id as id, null as name from ruled
    where gad_campaign_id <> ''
    union all select source_id, site, 2, 'campaign_id', utm_id, null from ruled where utm_id <> ''
    union all select source_id, site, 3, 'campaign_name', null, utm_campaign from ruled where utm_campaign <> ''
  ) as found
  join ad_campaigns as campaigns on lower(campaign_id) = id or lower(trim(campaign_name)) = name
  qualify row_number() over (partition by source_id order by rank, platform <> site, platform, campaign_id) = 1
),
marks as (
  select lower(trim(campaign_name)) as mark, min(influencer_id) as influencer_id
  from influencer_posts where campaign_name is not null group by 1 having count(distinct influencer_id) = 1
  union all select lower(influencer_id), influencer_id from influencers
  union all select ltrim(lower(handle), '@'), influencer_id from influencers where handle is not null
),
linked as (
  select source_id, min(influencer_id) as influencer_id
  from ruled
  join marks on mark in (utm_campaign, utm_content, utm_source, ltrim(utm_content, '@'))
  where rule = 'influencer'
  group by source_id
)
select
  ruled.source_id, evidence, utm_campaign,
  coalesce(known.channel, channel_of_rule(ruled.rule)) as channel, coalesce(known.rule, ruled.rule) as channel_rule,
  known.channel is null and ruled.rule = 'google_click_id' as is_channel_assumed,
  coalesce(known.platform, influencers.platform, ruled.site) as platform, source, medium,
  coalesce(known.campaign_name, utm_campaign) as campaign_name, coalesce(known.campaign_id, '') as campaign_id,
  coalesce(influencers.influencer_id, '') as influencer_id,
  ruled.rule <> 'direct' or known.channel is not null as is_marketing
from ruled
left join known on ruled.source_id = known.source_id
left join linked on ruled.source_id = linked.source_id
left join influencers on linked.influencer_id = influencers.influencer_id;
