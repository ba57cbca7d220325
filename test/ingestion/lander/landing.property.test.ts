import fc from 'fast-check'
import { expect, it } from 'vitest'
import { topics } from '../../../src/contracts/topics.ts'
import { landLog } from '../../../src/ingestion/lander/lander.ts'
import { createShopFolder } from '../shop-folder.ts'
import { memoryLog, record, webEvent } from './memory-log.ts'

const web = topics.webEvents.name

const sent = fc.record({
  id: fc.integer({ min: 0, max: 12 }),
  day: fc.integer({ min: 1, max: 3 }),
  partition: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom('event', 'event', 'event', 'event', 'malformed', 'newer'),
})

it('a log cut into any landings comes to the same rows and counts: each event of a date once, nothing unaccounted for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(sent, { maxLength: 25 }), { minLength: 1, maxLength: 4 }),
      async (landings) => {
        const shop = await createShopFolder()
        try {
          const log = memoryLog()
          await log.createTopic(topics.webEvents)
          for (const records of landings) {
            await log.append(
              web,
              records.map(({ id, day, partition, kind }) =>
                record(
                  kind === 'malformed'
                    ? '{'
                    : webEvent(`e${id}`, { occurred_at: `2026-02-0${day}T10:00:00Z` }),
                  kind === 'newer' ? { 'schema-version': '2' } : {},
                  String(partition),
                ),
              ),
            )
            await landLog({ dataDir: shop.dataDir, log, secret: shop.options.secret })
          }
          const all = landings.flat()
          const events = all.filter(({ kind }) => kind === 'event')
          const distinct = [...new Set(events.map(({ id, day }) => `e${id} 2026-02-0${day}`))].sort()
          if (all.length === 0) return
          expect(
            await shop.query(`SELECT sum(records_read) AS read, sum(accepted) AS accepted, sum(duplicate) AS duplicate,
              sum(quarantined) AS quarantined, bool_and(records_read = accepted + duplicate + dropped + quarantined) AS adds_up
              FROM bronze.deliveries`),
          ).toEqual([
            {
              read: String(all.length),
              accepted: String(distinct.length),
              duplicate: String(events.length - distinct.length),
              quarantined: String(all.length - events.length),
              adds_up: true,
            },
          ])
          const rows = await shop.query(
            `SELECT event_id || ' ' || event_date AS event FROM bronze.web_events ORDER BY 1`,
          )
          expect(rows.map(({ event }) => event)).toEqual(distinct)
        } finally {
          await shop.close()
        }
      },
    ),
    { numRuns: 12, seed: 5 },
  )
}, 120_000)
