export const webEventNames = [
  'page_view',
  'product_view',
  'add_to_cart',
  'remove_from_cart',
  'begin_checkout',
  'purchase',
  'search',
  'sign_up',
  'login',
  'consent_change',
] as const

export const consentStates = ['granted', 'denied', 'unknown'] as const

export const taxClasses = ['standard', 'food', 'book', 'exempt'] as const

/** Facebook and Instagram are kept apart although one Meta account pays for both. */
export const adPlatforms = [
  'google',
  'facebook',
  'instagram',
  'tiktok',
  'pinterest',
  'microsoft',
  'other',
] as const

export const adLevels = ['account', 'campaign', 'ad_group', 'ad'] as const
