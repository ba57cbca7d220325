-- One page view per request of a page. A log knows no consent, so that no address or visitor is kept.
select
  _record,
  case when part.time = '' then 'malformed_record' end as _refuse,
  case
    when part.time = '' then null
    when request.method <> 'GET' or part.status not in ('200', '304') then 'not_a_page'
    when regexp_matches(
      lower(url_path(request.address)),
      '[.](avif|bmp|css|csv|eot|gif|gz|ico|jpe?g|js|json|map|mp3|mp4|otf|pdf|png|rss|svg|tar|ttf|txt|webm|webp|woff2?|xml|zip)$'
    ) then 'not_a_page'
  end as _drop,
  line || '-' || row_number() over (partition by line order by _record) as _id_from,
  cast(try_strptime(part.time, '%d/%b/%Y:%H:%M:%S %z') as timestamp) as occurred_at,
  'page_view' as event_name,
  request.address as page_url,
  nullif(nullif(part.referrer, '-'), '') as referrer,
  url_parameter(request.address, 'utm_source') as utm_source,
  url_parameter(request.address, 'utm_medium') as utm_medium,
  url_parameter(request.address, 'utm_campaign') as utm_campaign,
  url_parameter(request.address, 'utm_content') as utm_content,
  url_parameter(request.address, 'utm_term') as utm_term,
  url_parameter(request.address, 'utm_id') as utm_id,
  url_parameter(request.address, 'gad_campaignid') as gad_campaign_id,
  nullif(nullif(part.user_agent, '-'), '') as user_agent,
  'unknown' as consent_analytics
from prepared
