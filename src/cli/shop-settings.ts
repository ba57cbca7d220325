import { PlatformError } from '../contracts/errors.ts'
import type { ShopSettings } from '../orchestration/shop-vars.ts'
import type { NewShop, ShopFile } from './shop-file.ts'

export const demoCountry = 'FR'

/** ISO code; undefined when the shop has not said. A demo made before shops had a country is the same French shop. */
export const countryOf = ({ country, origin }: ShopFile) =>
  country ?? (origin === 'demo' ? demoCountry : undefined)

/** What every run of a shop goes by; a country never said is empty, so that no order is taxed by a guess. */
export const runSettings = (shop: ShopFile): ShopSettings => ({
  timeZone: shop.timeZone,
  currency: shop.currency,
  country: countryOf(shop) ?? '',
  hosts: shop.hosts ?? [],
  costs: shop.costs ?? {},
})

/** What a shop without a country is told, and how to mend it; undefined when it has one. */
export const missingCountry = (shop: ShopFile, dataDir: string): string | undefined =>
  countryOf(shop) === undefined
    ? `${shop.name} has no country: orders whose VAT depends on it are held as vat_country_missing. Add its ISO code to ${dataDir}/shop.json, like "country": "FR", and run again`
    : undefined

/** @throws {PlatformError} `config.invalid` naming the setting that cannot be one. */
export function checkSettings({
  timeZone,
  currency,
  country,
  hosts = [],
}: Omit<NewShop, 'name' | 'origin'>): void {
  if (!isTimeZone(timeZone)) throw invalid(`"${timeZone}" is not a time zone`, 'Europe/Paris')
  if (!/^[A-Z]{3}$/.test(currency)) throw invalid(`"${currency}" is not a currency`, 'EUR')
  if (!isCountry(country)) throw invalid(`"${country}" is not an ISO country code`, 'FR or GB')
  for (const host of hosts)
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host)) throw invalid(`"${host}" is not a host`, 'shop.example')
}

const invalid = (what: string, example: string) =>
  new PlatformError('config.invalid', `shop: ${what}; write it like ${example}`)

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return /^[A-Z]/.test(name)
  } catch {
    return false
  }
}

/** Codes that Unicode names but that are no country. */
const noCountries = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ'])

function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code) || noCountries.has(code)) return false
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  // An alias like UK is written in its one official way (GB): addresses and VAT rates know no other.
  return names.of(code) !== undefined && Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`
}
