select kind, value, site_category, coalesce(site, '') as site
from {{ ref('sites.generated') }}
