import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { webEventNames } from '../../../src/contracts/vocabulary.ts'
import { defaultLimits } from '../../../src/ingestion/collector/collector-limits.ts'
import { refusals } from '../../../src/ingestion/collector/refusal.ts'
import { snippet } from '../../../src/ingestion/collector/snippet.ts'

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/track-your-shop.md'), 'utf8')

describe('the guide to tracking a shop', () => {
  it('shows the snippet as it is', () => {
    expect(guide).toContain(snippet({ address: 'https://collect.shop.example', writeKey: 'wk_…' }))
  })

  it.each(Object.entries(refusals))('names the refusal %s with its status', (reason, [status]) => {
    const row = guide
      .split('\n')
      .find((line) => line.startsWith(`| ${status} |`) && line.includes(`\`${reason}\``))
    expect(row).toBeDefined()
  })

  it('states the limits as they are', () => {
    const mib = (bytes: number) => `${bytes / 1_048_576} MiB`
    const { bodyBytes, unzippedBytes, eventsPerRequest, bytesInFlight, connections, ...rest } = defaultLimits
    for (const text of [
      `${mib(bodyBytes)} as sent, ${mib(unzippedBytes)} unzipped, ${eventsPerRequest.toLocaleString('en')} events`,
      `${mib(bytesInFlight)} together`,
      connections.toLocaleString('en'),
      `${rest.headersTimeoutMs / 1000} s for the head, ${rest.requestTimeoutMs / 1000} s in all`,
      `${rest.eventsPerSecondOfSource.toLocaleString('en')} of a source, ${rest.eventsPerSecondOfAddress} of an address`,
    ])
      expect(guide).toContain(text)
  })

  it('tells of every event', () => {
    for (const name of webEventNames.filter(
      (each) => !['page_view', 'consent_change', 'email_open'].includes(each),
    ))
      expect(guide).toContain(`sillage.track('${name}'`)
  })
})
