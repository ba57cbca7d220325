/** Minutes without an event after which a visitor's next event starts a session. */
export const sessionGapMinutes = 30

/** Events of one visitor on one business date, and in one minute of the clock, that no person reaches. */
export const maxEventsPerVisitorDay = 1000
export const maxEventsPerVisitorMinute = 60

/** A minute with this many pages is hurried: a person may have some, but not this many pages of them on one date. */
export const hurriedPagesPerMinute = 10
export const maxHurriedPagesPerVisitorDay = 100

/** Found in the lower-case user agent of crawlers, monitors, previews and programs that are no browser. */
export const crawlerPatterns = [
  'bot([^a-z]|$)',
  'crawl',
  'spider',
  'slurp',
  'facebookexternalhit',
  'whatsapp/',
  'bingpreview',
  'google-inspectiontool|googleother|google-read-aloud|feedfetcher|mediapartners',
  'lighthouse|pagespeed|gtmetrix|pingdom|uptime|statuscake|site24x7|newrelicpinger|datadog',
  'headless|phantomjs|puppeteer|playwright|selenium',
  'curl/|wget/|python-|python/|aiohttp|httpx|go-http-client|java/|okhttp|libwww|perl|ruby|guzzle|axios|node-fetch|httpclient|scrapy',
  'gptbot|chatgpt-user|oai-search|claudebot|claude-web|anthropic|perplexity|ccbot|bytespider|amazonbot|applebot|petalbot|yandex.*bot|baiduspider|sogou',
  'ahrefs|semrush|mj12|dotbot|rogerbot|screaming frog|seokicks|dataforseo|blexbot',
  'embedly|quora link preview|slack-img|slackbot|discordbot|telegrambot|skypeuripreview|linkedinbot|pinterestbot|redditbot',
  'nagios|zabbix|monit/|check_http|masscan|zgrab|nmap|nikto|sqlmap',
  'feedburner|feedly|rss|wordpress/|archive.org|heritrix|ia_archiver|validator',
] as const

/** Kind of device by user agent, tried in order on the lower-case text; first match wins. */
export const devicePatterns = [
  { device: 'tablet', pattern: 'ipad|tablet|kindle|silk/|playbook' },
  { device: 'mobile', pattern: 'iphone|ipod|mobile|windows phone|opera mini|blackberry' },
  { device: 'tablet', pattern: 'android' },
  { device: 'desktop', pattern: 'windows nt|macintosh|x11|cros|linux' },
] as const

/** Steps of the purchase funnel: a session counts for a step only when it also took every step before. */
export const funnelSteps = [
  { flag: 'has_product_view', event: 'product_view' },
  { flag: 'has_cart', event: 'add_to_cart' },
  { flag: 'has_checkout', event: 'begin_checkout' },
  { flag: 'has_order', event: 'purchase' },
] as const
