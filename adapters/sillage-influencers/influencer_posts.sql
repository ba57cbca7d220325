select
  _record,
  post_id,
  influencer_id,
  posted_at,
  post_url,
  kind,
  campaign_name,
  fee,
  gift_sku,
  gift_quantity,
  gift_postage,
  updated_at,
  source_currency() as currency
from input
