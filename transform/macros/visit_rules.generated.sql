{# Generated from src/contracts/channels by `npm run generate`; edit the rules there. #}

{# True for the user agent of a crawler or a program. #}
{% macro is_crawler(user_agent) -%}
{{ regexp_found('lower(' ~ user_agent ~ ')', "bot([^a-z]|$)|crawl|spider|slurp|facebookexternalhit|whatsapp/|bingpreview|google-inspectiontool|googleother|google-read-aloud|feedfetcher|mediapartners|lighthouse|pagespeed|gtmetrix|pingdom|uptime|statuscake|site24x7|newrelicpinger|datadog|headless|phantomjs|puppeteer|playwright|selenium|curl/|wget/|python-|python/|aiohttp|httpx|go-http-client|java/|okhttp|libwww|perl|ruby|guzzle|axios|node-fetch|httpclient|scrapy|gptbot|chatgpt-user|oai-search|claudebot|claude-web|anthropic|perplexity|ccbot|bytespider|amazonbot|applebot|petalbot|yandex.*bot|baiduspider|sogou|ahrefs|semrush|mj12|dotbot|rogerbot|screaming frog|seokicks|dataforseo|blexbot|embedly|quora link preview|slack-img|slackbot|discordbot|telegrambot|skypeuripreview|linkedinbot|pinterestbot|redditbot|nagios|zabbix|monit/|check_http|masscan|zgrab|nmap|nikto|sqlmap|feedburner|feedly|rss|wordpress/|archive.org|heritrix|ia_archiver|validator") }}
{%- endmacro %}

{# Kind of device by user agent; other when unknown. #}
{% macro device_of(user_agent) -%}
case
  when {{ regexp_found('lower(' ~ user_agent ~ ')', "ipad|tablet|kindle|silk/|playbook") }} then 'tablet'
  when {{ regexp_found('lower(' ~ user_agent ~ ')', "iphone|ipod|mobile|windows phone|opera mini|blackberry") }} then 'mobile'
  when {{ regexp_found('lower(' ~ user_agent ~ ')', "android") }} then 'tablet'
  when {{ regexp_found('lower(' ~ user_agent ~ ')', "windows nt|macintosh|x11|cros|linux") }} then 'desktop'
  else 'other'
end
{%- endmacro %}

{# Minutes without an event that end a session. #}
{% macro session_gap_minutes() -%}
{{ var('session_gap_minutes', 30) }}
{%- endmacro %}

{# Events of a visitor on one business date that no person reaches. #}
{% macro max_events_per_visitor_day() -%}
1000
{%- endmacro %}

{# Events of a visitor in one minute that no person reaches. #}
{% macro max_events_per_visitor_minute() -%}
60
{%- endmacro %}

{# Pages in one minute that make it hurried. #}
{% macro hurried_pages_per_minute() -%}
10
{%- endmacro %}

{# Pages of a visitor in hurried minutes of one business date that no person reaches. #}
{% macro max_hurried_pages_per_visitor_day() -%}
100
{%- endmacro %}
