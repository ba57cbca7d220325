select
  post_id,
  influencer_id,
  posted_at,
  {{ business_date('posted_at') }} as post_date,
  post_url,
  kind,
  campaign_name,
  coalesce(fee, 0) as fee,
  gift_sku,
  coalesce(gift_quantity, 0) as gift_quantity,
  coalesce(gift_postage, 0) as gift_postage,
  coalesce(currency, '{{ var("shop_currency") }}') as currency,
  updated_at
from {{ source('bronze', 'influencer_posts') }}
{{ newest_per('post_id', 'updated_at', 'is_deleted') }}
