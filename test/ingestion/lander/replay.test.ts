import { afterEach, describe, expect, it } from 'vitest'
import { contracts } from '../../../src/contracts/all-contracts.ts'
import { defineContract } from '../../../src/contracts/contract.ts'
import { deadLetterOf, topics } from '../../../src/contracts/topics.ts'
import { applyRetention } from '../../../src/ingestion/apply-retention.ts'
import { listQuarantine } from '../../../src/ingestion/quarantine.ts'
import { replayQuarantine } from '../../../src/ingestion/replay-quarantine.ts'
import { eachTestHasLandingShop, land, log, shop } from './landing-shop.ts'
import { record, webEvent } from './memory-log.ts'

const web = topics.webEvents.name
const crm = topics.crmChanges.name
const first = contracts.web_events

eachTestHasLandingShop()
afterEach(() => Object.assign(contracts, { web_events: first }))

const upgrade = () =>
  Object.assign(contracts, {
    web_events: defineContract({
      ...first,
      version: 2,
      migrations: [{ to: 2, values: {} }],
      columns: first.schema.properties,
    }),
  })
const events = () =>
  shop.query('SELECT event_id, _delivery_id, _record_number FROM bronze.web_events ORDER BY event_id')
const counts = () =>
  shop.query(
    'SELECT records_read AS read, accepted, duplicate, quarantined FROM bronze.deliveries ORDER BY delivery_id, table_name',
  )

describe('a replay of what was refused of a log', () => {
  it('lands records of a newer version after the upgrade, once, though the log is gone', async () => {
    await log.append(web, [
      record(webEvent('a'), {}, '0'),
      record(webEvent('b'), { 'schema-version': '2' }, '0'),
      record(webEvent('a'), { 'schema-version': '2' }, '0'),
      record('{', { 'schema-version': '2' }, '0'),
    ])
    await land()
    expect(
      (await listQuarantine({ dataDir: shop.dataDir, db: shop.db })).map(({ reason }) => reason),
    ).toEqual(['newer_contract', 'newer_contract', 'newer_contract'])
    expect(await replayQuarantine(shop.options)).toEqual({ attempted: 3, resolved: 0, stillRefused: 3 })
    upgrade()
    expect(await replayQuarantine(shop.options)).toEqual({ attempted: 3, resolved: 2, stillRefused: 1 })
    expect(await events()).toEqual([
      { event_id: 'a', _delivery_id: `${web}/0@2026-03-01`, _record_number: '0' },
      { event_id: 'b', _delivery_id: `${web}/0@2026-03-01`, _record_number: '1' },
    ])
    expect(await counts()).toEqual([{ read: '4', accepted: '2', duplicate: '1', quarantined: '1' }])
    expect(await replayQuarantine(shop.options)).toEqual({ attempted: 1, resolved: 0, stillRefused: 1 })
    await log.append(web, [record(webEvent('b'), {}, '0'), record(webEvent('c'), {}, '0')])
    expect((await land()).totals).toMatchObject({ accepted: 1, duplicate: 1 })
    expect(await counts()).toEqual([{ read: '6', accepted: '3', duplicate: '2', quarantined: '1' }])
  })

  it('takes dead letters up, and deletions', async () => {
    await log.append(deadLetterOf(web), [
      record(webEvent('late'), { 'dead-letter-reason': 'time_out_of_range' }),
      record(webEvent('nul\u0000'), { 'dead-letter-reason': 'nul_character' }),
    ])
    await log.append(crm, [
      record('{"order_id":"o1"}', { table: 'orders', operation: 'delete', 'schema-version': '9' }, '1'),
    ])
    await land()
    expect(await replayQuarantine({ ...shop.options, table: 'web_events' })).toMatchObject({ resolved: 1 })
    expect((await events()).map(({ event_id }) => event_id)).toEqual(['late'])
    expect(await counts()).toEqual([
      { read: '1', accepted: '0', duplicate: '0', quarantined: '1' },
      { read: '2', accepted: '1', duplicate: '0', quarantined: '1' },
    ])
    expect(await replayQuarantine({ ...shop.options, table: 'orders' })).toMatchObject({ resolved: 0 })
  })

  it('has nothing to judge once the texts have outlived their retention', async () => {
    await log.append(web, [record(webEvent('b'), { 'schema-version': '2' }, '0')])
    await land()
    const now = new Date('2026-04-01T12:00:00Z')
    expect(await applyRetention({ dataDir: shop.dataDir, db: shop.db, now })).toMatchObject({
      quarantineTexts: 1,
    })
    upgrade()
    expect(await replayQuarantine(shop.options)).toEqual({ attempted: 1, resolved: 0, stillRefused: 1 })
    expect(await counts()).toEqual([{ read: '1', accepted: '0', duplicate: '0', quarantined: '1' }])
  })
})
