-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  experiment_id,
  experiment_name,
  kind,
  channel,
  platform,
  campaign_ids,
  starts_on,
  ends_on,
  treatment_regions,
  control_regions,
  status,
  is_deleted,
  updated_at
from input
