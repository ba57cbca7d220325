import { storage } from './browser-storage.ts'
import type { ConsentChoice } from './sillage.d.ts'

export type ConsentState = 'granted' | 'denied' | 'unknown'

const purposes = [
  ['consent_analytics', 'analytics'],
  ['consent_ads_storage', 'adsStorage'],
  ['consent_ads_user_data', 'adsUserData'],
  ['consent_ads_personalisation', 'adsPersonalisation'],
] as const

type Purpose = (typeof purposes)[number][0]
export type Consent = Record<Purpose, ConsentState>

const key = 'sillage.consent'
const letters = { g: 'granted', d: 'denied', u: 'unknown' } as const

/** The browser's Global Privacy Control: a no to every purpose, whatever the page says. */
const isRefusedByBrowser = (): boolean =>
  (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true

/** The visitor's choice on an earlier page, else unknown. */
export function storedConsent(): Consent {
  const stored = storage.get(key) ?? ''
  return consentOf((index) =>
    isRefusedByBrowser() ? 'denied' : (letters[stored[index] as keyof typeof letters] ?? 'unknown'),
  )
}

/** The choice as it stands now, kept for the next pages: of all that is kept the one thing that needs no consent. */
export function chosenConsent(before: Consent, choice: ConsentChoice): Consent {
  if (isRefusedByBrowser()) return before
  const after = consentOf((index) => {
    const [purpose, name] = purposes[index] as (typeof purposes)[number]
    const chosen = choice[name] ?? (index > 0 ? choice.ads : undefined)
    return chosen === undefined ? before[purpose] : chosen ? 'granted' : 'denied'
  })
  storage.set(key, purposes.map(([purpose]) => after[purpose][0]).join(''))
  return after
}

export const isSameConsent = (one: Consent, other: Consent): boolean =>
  purposes.every(([purpose]) => one[purpose] === other[purpose])

const consentOf = (state: (index: number) => ConsentState): Consent =>
  Object.fromEntries(purposes.map(([purpose], index) => [purpose, state(index)])) as Consent
