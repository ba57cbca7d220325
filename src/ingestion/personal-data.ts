import { createHash } from 'node:crypto'
import type { Column } from '../contracts/columns.ts'
import { type Contract, columnsOf } from '../contracts/contract.ts'
import { type DuckDb, sqlIdentifier, sqlString } from '../database/duckdb.ts'

const blockBytes = 64

/**
 * Defines `keyed_hash(text)`: HMAC-SHA256 in hex with the installation's secret, which is bound as a value and so
 * is in no SQL text and no error message; and what normalises the values it is used on.
 */
export async function definePersonalDataMacros(db: DuckDb, secret: Uint8Array): Promise<void> {
  const key = new Uint8Array(blockBytes)
  key.set(secret.length > blockBytes ? createHash('sha256').update(secret).digest() : secret)
  await db.run('CREATE OR REPLACE TEMP TABLE keyed_hash_pads (inner_pad BLOB, outer_pad BLOB)')
  const pads = [0x36, 0x5c].map((pad) => Buffer.from(key.map((byte) => byte ^ pad)).toString('hex'))
  await db.run('INSERT INTO keyed_hash_pads VALUES (unhex($1), unhex($2))', pads)
  const macros = [
    `keyed_hash(text) AS sha256((SELECT outer_pad FROM keyed_hash_pads) ||
      unhex(sha256((SELECT inner_pad FROM keyed_hash_pads) || encode(text))))`,
    `normal_email(text) AS CASE WHEN regexp_full_match(trim(text), '[^@\\s]+@[^@\\s]+')
      THEN nfc_normalize(lower(trim(text))) END`,
    `normal_phone(text) AS CASE WHEN regexp_full_match(regexp_replace(text, '[ ()./-]', '', 'g'), '[+][1-9][0-9]{6,14}')
      THEN regexp_replace(text, '[ ()./-]', '', 'g') END`,
    `plain_ip(text) AS regexp_replace(text, '^::ffff:', '', 'i')`,
    `truncated_ip(text) AS CASE
      WHEN regexp_full_match(plain_ip(text), '[0-9]{1,3}([.][0-9]{1,3}){3}')
        THEN regexp_replace(plain_ip(text), '[0-9]+$', '0')
      WHEN contains(plain_ip(text), ':')
        THEN array_to_string(split(split_part(plain_ip(text), '::', 1), ':')[1:3], ':') || '::' END`,
    `masked_text(text) AS CASE WHEN contains(text, '@') OR (contains(text, '%') AND contains(text, '40')) THEN
      regexp_replace(text, '[^\\s/?&=#]+(@|%(25)*40)[^\\s/?&#]+', '[e-mail]', 'g') ELSE text END`,
    `address_only(url) AS regexp_replace(url, '[?#].*$', '')`,
  ]
  for (const macro of macros) {
    const at = macro.indexOf(' AS ')
    await db.run(`CREATE OR REPLACE TEMP MACRO ${macro.slice(0, at)} AS (${macro.slice(at + 4)})`)
  }
}

/** Each stored column's value as bronze keeps it, from typed columns that bear the stored names. */
export function bronzeValues(contract: Contract): { name: string; sql: string }[] {
  const { consentColumn } = contract
  const granted = consentColumn === undefined ? undefined : `${sqlIdentifier(consentColumn)} = 'granted'`
  return columnsOf(contract).map(({ name, column }) => ({
    name,
    sql: bronzeValue(sqlIdentifier(name), column, granted),
  }))
}

function bronzeValue(value: string, column: Column, granted: string | undefined): string {
  const onlyConsented = (kept: string) =>
    granted === undefined ? kept : `CASE WHEN ${granted} THEN ${kept} END`
  switch (column.personalData) {
    case 'email':
      return onlyConsented(`keyed_hash(normal_email(${value}))`)
    case 'phone':
      return onlyConsented(`keyed_hash(normal_phone(${value}))`)
    case 'ip':
      return onlyConsented(`truncated_ip(${value})`)
    case 'free_text':
      return onlyConsented(`masked_text(${value})`)
    case 'shared_text':
      return `masked_text(${value})`
    case 'address':
      if (granted === undefined) return `masked_text(${value})`
      return `masked_text(CASE WHEN ${granted} THEN ${value} ELSE address_only(${value}) END)`
    case 'identifier': {
      const event = column.keptWithoutConsentOn
      if (granted === undefined || event === undefined) return onlyConsented(value)
      return `CASE WHEN ${granted} OR event_name = ${sqlString(event)} THEN ${value} END`
    }
    default:
      return value
  }
}
