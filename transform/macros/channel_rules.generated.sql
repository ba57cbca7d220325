{# Generated from src/contracts/channels by `npm run generate`; edit the rules there. #}

{# Rules outside the list: campaign_id, campaign_name, google_click_id. #}

{# The rule of the spend_aligned list that decides, over the columns source, medium, campaign, site_category (lower case, '' for absent). #}
{% macro channel_rule_spend_aligned() -%}
case
  when (source in ('', '(direct)') and medium in ('', '(none)', '(not set)') and campaign in ('', '(direct)', '(not set)')) then 'direct'
  when {{ regexp_found("campaign", "cross-network") }} then 'cross_network'
  when ((site_category = 'shopping' and ({{ regexp_found("medium", "^(.*cp.*|ppc|retargeting|paid.*)$") }} or medium in ('display', 'banner', 'expandable', 'interstitial', 'cpm'))) or ({{ regexp_found("campaign", "^(.*(([^a-df-z]|^)shop|shopping).*)$") }} and {{ regexp_found("medium", "^(.*cp.*|ppc|retargeting|paid.*)$") }})) then 'paid_shopping'
  when (site_category = 'search' and ({{ regexp_found("medium", "^(.*cp.*|ppc|retargeting|paid.*)$") }} or medium in ('display', 'banner', 'expandable', 'interstitial', 'cpm'))) then 'paid_search'
  when (site_category = 'social' and ({{ regexp_found("medium", "^(.*cp.*|ppc|retargeting|paid.*)$") }} or medium in ('display', 'banner', 'expandable', 'interstitial', 'cpm'))) then 'paid_social'
  when (site_category = 'video' and ({{ regexp_found("medium", "^(.*cp.*|ppc|retargeting|paid.*)$") }} or medium in ('display', 'banner', 'expandable', 'interstitial', 'cpm'))) then 'paid_video'
  when medium in ('display', 'banner', 'expandable', 'interstitial', 'cpm') then 'display'
  when {{ regexp_found("medium", "^(.*cp.*|ppc|retargeting|paid.*)$") }} then 'paid_other'
  when (medium in ('influencer', 'influencers', 'influencer-marketing', 'influencer_marketing', 'influence', 'influenceur', 'influenceurs', 'creator', 'creators', 'creatrice', 'createur', 'ambassador', 'ambassadors') or source in ('influencer', 'influencers', 'influencer-marketing', 'influencer_marketing', 'influence', 'influenceur', 'influenceurs', 'creator', 'creators', 'creatrice', 'createur', 'ambassador', 'ambassadors')) then 'influencer'
  when (site_category = 'shopping' or {{ regexp_found("campaign", "^(.*(([^a-df-z]|^)shop|shopping).*)$") }}) then 'organic_shopping'
  when (site_category = 'social' or medium in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media')) then 'organic_social'
  when (site_category = 'video' or {{ regexp_found("medium", "^(.*video.*)$") }}) then 'organic_video'
  when (site_category = 'search' or medium in ('organic')) then 'organic_search'
  when (site_category = 'ai' or medium in ('ai-assistant', 'ai_assistant', 'ai assistant')) then 'ai_assistant'
  when ((medium in ('email', 'e-mail', 'e_mail', 'e mail', 'newsletter', 'newsletters', 'mail', 'mailing', 'emailing', 'crm-email') or source in ('email', 'e-mail', 'e_mail', 'e mail', 'newsletter', 'newsletters', 'mail', 'mailing', 'emailing', 'crm-email')) or site_category = 'email') then 'email'
  when (medium in ('affiliate', 'affiliates', 'affiliation', 'affiliate-marketing', 'affilie') or source in ('affiliate', 'affiliates', 'affiliation', 'affiliate-marketing', 'affilie')) then 'affiliates'
  when medium in ('referral', 'app', 'link') then 'referral'
  when medium in ('audio') then 'audio'
  when (medium in ('sms', 'text-message', 'texto', 'mms') or source in ('sms', 'text-message', 'texto', 'mms')) then 'sms'
  when (({{ regexp_found("medium", "push$|mobile|notification") }} or source in ('firebase')) or source in ('push', 'web-push', 'webpush', 'mobile-push', 'app-push')) then 'mobile_push'
  else 'none'
end
{%- endmacro %}

{# The rule of the ga4 list that decides, over the columns source, medium, campaign, site_category (lower case, '' for absent). #}
{% macro channel_rule_ga4() -%}
case
  when ((source in ('(direct)') and medium in ('(none)', '(not set)', '')) or (source in ('', '(direct)') and medium in ('', '(none)', '(not set)') and campaign in ('', '(direct)', '(not set)'))) then 'direct'
  when {{ regexp_found("campaign", "cross-network") }} then 'cross_network'
  when ((site_category = 'shopping' and {{ regexp_found("medium", "^(.*cp.*|ppc|retargeting|paid.*)$") }}) or ({{ regexp_found("campaign", "^(.*(([^a-df-z]|^)shop|shopping).*)$") }} and {{ regexp_found("medium", "^(.*cp.*|ppc|retargeting|paid.*)$") }})) then 'paid_shopping'
  when (site_category = 'search' and {{ regexp_found("medium", "^(.*cp.*|ppc|retargeting|paid.*)$") }}) then 'paid_search'
  when (site_category = 'social' and {{ regexp_found("medium", "^(.*cp.*|ppc|retargeting|paid.*)$") }}) then 'paid_social'
  when (site_category = 'video' and {{ regexp_found("medium", "^(.*cp.*|ppc|retargeting|paid.*)$") }}) then 'paid_video'
  when medium in ('display', 'banner', 'expandable', 'interstitial', 'cpm') then 'display'
  when {{ regexp_found("medium", "^(.*cp.*|ppc|retargeting|paid.*)$") }} then 'paid_other'
  when (site_category = 'shopping' or {{ regexp_found("campaign", "^(.*(([^a-df-z]|^)shop|shopping).*)$") }}) then 'organic_shopping'
  when (site_category = 'social' or medium in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media')) then 'organic_social'
  when (site_category = 'video' or {{ regexp_found("medium", "^(.*video.*)$") }}) then 'organic_video'
  when (site_category = 'search' or medium in ('organic')) then 'organic_search'
  when (site_category = 'ai' or medium in ('ai-assistant', 'ai_assistant', 'ai assistant')) then 'ai_assistant'
  when (medium in ('email', 'e-mail', 'e_mail', 'e mail') or source in ('email', 'e-mail', 'e_mail', 'e mail')) then 'email'
  when medium in ('affiliate') then 'affiliates'
  when medium in ('referral', 'app', 'link') then 'referral'
  when medium in ('audio') then 'audio'
  when (medium in ('sms') or source in ('sms')) then 'sms'
  when ({{ regexp_found("medium", "push$|mobile|notification") }} or source in ('firebase')) then 'mobile_push'
  else 'none'
end
{%- endmacro %}

{# The channel a rule stands for; a known campaign brings its own. #}
{% macro channel_of_rule(rule) -%}
case
  when {{ rule }} = 'direct' then 'Direct'
  when {{ rule }} = 'cross_network' then 'Cross-network'
  when {{ rule }} = 'paid_shopping' then 'Paid Shopping'
  when {{ rule }} = 'paid_search' then 'Paid Search'
  when {{ rule }} = 'paid_social' then 'Paid Social'
  when {{ rule }} = 'paid_video' then 'Paid Video'
  when {{ rule }} = 'display' then 'Display'
  when {{ rule }} = 'paid_other' then 'Paid Other'
  when {{ rule }} = 'influencer' then 'Influencer'
  when {{ rule }} = 'organic_shopping' then 'Organic Shopping'
  when {{ rule }} = 'organic_social' then 'Organic Social'
  when {{ rule }} = 'organic_video' then 'Organic Video'
  when {{ rule }} = 'organic_search' then 'Organic Search'
  when {{ rule }} = 'ai_assistant' then 'AI Assistant'
  when {{ rule }} = 'email' then 'Email'
  when {{ rule }} = 'affiliates' then 'Affiliates'
  when {{ rule }} = 'referral' then 'Referral'
  when {{ rule }} = 'audio' then 'Audio'
  when {{ rule }} = 'sms' then 'SMS'
  when {{ rule }} = 'mobile_push' then 'Mobile Push'
  when {{ rule }} = 'google_click_id' then 'Paid Search'
  else 'Unassigned'
end
{%- endmacro %}

{# The channel of an ad campaign, shared by its spend and its visits. #}
{% macro campaign_channel(platform, campaign_type) -%}
case
  when lower({{ platform }}) in ('facebook', 'instagram', 'tiktok', 'pinterest') then 'Paid Social'
  when lower({{ platform }}) in ('google', 'microsoft') and {{ regexp_found('lower(' ~ campaign_type ~ ')', "performance.?max|pmax|demand.?gen|discovery|smart|multi.?channel|local") }} then 'Cross-network'
  when lower({{ platform }}) in ('google', 'microsoft') and {{ regexp_found('lower(' ~ campaign_type ~ ')', "shop") }} then 'Paid Shopping'
  when lower({{ platform }}) in ('google', 'microsoft') and {{ regexp_found('lower(' ~ campaign_type ~ ')', "search") }} then 'Paid Search'
  when lower({{ platform }}) in ('google', 'microsoft') and {{ regexp_found('lower(' ~ campaign_type ~ ')', "video|youtube") }} then 'Paid Video'
  when lower({{ platform }}) in ('google', 'microsoft') and {{ regexp_found('lower(' ~ campaign_type ~ ')', "display|audience") }} then 'Display'
  else 'Paid Other'
end
{%- endmacro %}
