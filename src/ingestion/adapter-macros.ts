import { type DuckDb, sqlString } from '../database/duckdb.ts'
import type { Adapter } from './adapters.ts'

/** What an adapter's `shop` settings resolve to. */
export interface ShopSettings {
  readonly timeZone: string
  readonly currency: string
}

/**
 * SQL functions adapters may use beside DuckDB's own. Each gives NULL for what it cannot read and never fails.
 * An hour that a clock change skips is moved forward, one that it repeats is taken as its first pass.
 */
const macros = [
  `url_part(url, pattern) AS nullif(regexp_extract(url, pattern, 1), '')`,
  `url_decoded(text) AS CASE WHEN contains(text, '%') OR contains(text, '+')
     THEN coalesce(try(url_decode(replace(text, '+', ' '))), text) ELSE text END`,
  // The list binds the value, which DuckDB would otherwise compute anew in each branch of the CASE.
  `url_parameter(url, name) AS CASE WHEN contains(url, name || '=') THEN list_transform(
     [url_part(url, '[?&]' || regexp_escape(name) || '=([^&#]*)')], lambda text: url_decoded(text))[1] END`,
  `url_host(url) AS lower(url_part(url, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]+)'))`,
  `url_path(url) AS CASE WHEN url IS NULL THEN NULL ELSE
     coalesce(url_part(url, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?(/[^?#]*)'), '/') END`,
  `utc_timestamp(text) AS CAST(try_cast(text AS TIMESTAMPTZ) AS TIMESTAMP)`,
  `zoned(local, zone) AS CAST(try_cast(CAST(local AS VARCHAR) || ' ' || zone AS TIMESTAMPTZ) AS TIMESTAMP)`,
  `local_to_utc(local, zone) AS CASE
     WHEN zoned(try_cast(local AS TIMESTAMP) - INTERVAL 1 HOUR, zone) = zoned(try_cast(local AS TIMESTAMP), zone) - INTERVAL 2 HOUR
       THEN zoned(try_cast(local AS TIMESTAMP), zone) - INTERVAL 1 HOUR
     ELSE zoned(try_cast(local AS TIMESTAMP), zone) END`,
  `parse_timestamp(text, format) AS try_strptime(text, format)`,
  `parse_number(text) AS try_cast(trim(text) AS DECIMAL(18,6))`,
  `parse_number_comma(text) AS try_cast(replace(replace(replace(trim(text), '.', ''), ' ', ''), ',', '.') AS DECIMAL(18,6))`,
  `from_micros(micros) AS CAST(try_cast(micros AS BIGINT) AS DECIMAL(19,0)) * CAST(0.000001 AS DECIMAL(7,6))`,
  `calling_code(country) AS map_extract_value(MAP {'FR': '33', 'BE': '32', 'CH': '41', 'LU': '352', 'DE': '49', 'AT': '43', 'GB': '44',
     'IE': '353', 'ES': '34', 'PT': '351', 'IT': '39', 'NL': '31', 'DK': '45', 'SE': '46', 'NO': '47', 'FI': '358', 'PL': '48',
     'CZ': '420', 'US': '1', 'CA': '1', 'MC': '377', 'GR': '30'}, country)`,
  `phone_digits(text) AS regexp_replace(regexp_replace(text, '[^0-9+]', '', 'g'), '^00', '+')`,
  `phone_e164(text, country) AS CASE
     WHEN starts_with(phone_digits(text), '+') THEN phone_digits(text)
     WHEN calling_code(country) IS NULL THEN NULL
     WHEN country = 'IT' THEN '+39' || phone_digits(text)
     ELSE '+' || calling_code(country) || regexp_replace(phone_digits(text), '^0', '') END`,
]

export async function defineMacros(db: DuckDb, shop: ShopSettings): Promise<void> {
  for (const macro of macros) {
    const [signature, ...body] = macro.split(' AS ')
    await db.run(`CREATE OR REPLACE TEMP MACRO ${signature} AS (${body.join(' AS ')})`)
  }
  await defineConstants(db, {
    shop_currency: sqlString(shop.currency),
    shop_time_zone: sqlString(shop.timeZone),
  })
}

/** The functions that tell an adapter's SELECTs what its adapter.yml says. */
export async function defineSourceMacros(db: DuckDb, adapter: Adapter, shop: ShopSettings): Promise<void> {
  await defineConstants(db, {
    source_currency: sqlString(adapter.currency === 'shop' ? shop.currency : adapter.currency),
    source_time_zone: sqlString(adapter.timeZone === 'shop' ? shop.timeZone : adapter.timeZone),
    prices_include_tax: String(adapter.pricesIncludeTax),
    source_tax_mode: sqlString(adapter.tax),
  })
}

async function defineConstants(db: DuckDb, constants: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(constants)) {
    await db.run(`CREATE OR REPLACE TEMP MACRO ${name}() AS ${value}`)
  }
}
