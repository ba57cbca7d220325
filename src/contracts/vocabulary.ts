/** What visitors do on the site; `email_open` happens outside of it and belongs to no session. */
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
  'email_open',
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

/** Currencies of ISO 4217 that money can be in; metals, units of account and test codes are left out. */
export const currencyCodes: readonly string[] = [
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN',
  'BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP',
  'GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF',
  'KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR',
  'MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK',
  'SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU',
  'UYW UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG',
].flatMap((line) => line.split(' '))
