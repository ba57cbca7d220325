-- Generated from src/contracts by `npm run generate`; do not edit.
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
  currency,
  is_deleted,
  updated_at
from input
