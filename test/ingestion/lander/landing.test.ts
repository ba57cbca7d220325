import { describe, expect, it } from 'vitest'
import { deadLetterOf, topics } from '../../../src/contracts/topics.ts'
import { eachTestHasLandingShop, land, log, shop } from './landing-shop.ts'
import { record, webEvent } from './memory-log.ts'

const web = topics.webEvents.name
const crm = topics.crmChanges.name

eachTestHasLandingShop()

const landed = async (table: string, column: string) =>
  (await shop.query(`SELECT ${column} AS value FROM bronze.${table} ORDER BY ALL`)).map(({ value }) => value)
const refused = (table: string) =>
  shop.query(
    `SELECT reason, column_name AS "column", raw_text AS text FROM quarantine.${table} ORDER BY record_number`,
  )
const counts = () =>
  shop.query(`SELECT delivery_id, table_name AS "table", records_read AS read, accepted, duplicate, quarantined
    FROM bronze.deliveries ORDER BY delivery_id, table_name`)

describe('landing a log', () => {
  it('keeps any number of very large records it refuses, in the memory it has', async () => {
    const tooLong = 'é'.repeat(300_000)
    for (let number = 0; number < 100; number += 1)
      await log.append(web, [record(webEvent(`e${number}`, { utm_campaign: tooLong }), {}, '0')])
    await log.append(web, [record(webEvent('kept', { junk: tooLong }), {}, '0')])
    expect((await land()).totals).toMatchObject({ read: 101, accepted: 1, quarantined: 100 })
    expect(await landed('web_events', 'event_id')).toEqual(['kept'])
    expect(
      await shop.query(
        `SELECT count(*) AS records, min(length(raw_text)) > 300000 AS whole FROM quarantine.web_events`,
      ),
    ).toEqual([{ records: '100', whole: true }])
  })

  it('brings events into bronze once, with where each stood in the log', async () => {
    await log.append(web, [record(webEvent('a'), {}, '0'), record(webEvent('b'), {}, '2')])
    expect((await land()).totals).toMatchObject({ read: 2, accepted: 2 })
    await log.append(web, [record(webEvent('c'), {}, '0')])
    expect((await land()).totals).toMatchObject({ read: 1, accepted: 1 })
    expect((await land()).totals).toMatchObject({ read: 0 })
    expect(
      await shop.query(`SELECT event_id, _delivery_id, _record_number, _arrived_at, _contract_version, event_date, ip_truncated,
        length(email_hash) AS hashed FROM bronze.web_events ORDER BY event_id`),
    ).toEqual([
      {
        event_id: 'a',
        _delivery_id: `${web}/0@2026-03-01`,
        _record_number: '0',
        _arrived_at: '2026-03-01 12:00:00',
        _contract_version: '1',
        event_date: '2026-03-01',
        ip_truncated: '203.0.113.0',
        hashed: '64',
      },
      expect.objectContaining({ event_id: 'b', _delivery_id: `${web}/2@2026-03-01`, _record_number: '0' }),
      expect.objectContaining({ event_id: 'c', _delivery_id: `${web}/0@2026-03-01`, _record_number: '1' }),
    ])
    expect(
      await shop.query(`SELECT delivery_id, source, logical_name, revision, table_name, records_read, accepted, arrived_at, event_from
        FROM bronze.deliveries ORDER BY delivery_id`),
    ).toEqual([
      {
        delivery_id: `${web}/0@2026-03-01`,
        source: web,
        logical_name: 'partition-0/2026-03-01',
        revision: '2',
        table_name: 'web_events',
        records_read: '2',
        accepted: '2',
        arrived_at: '2026-03-01 12:00:00',
        event_from: '2026-03-01 10:00:00',
      },
      expect.objectContaining({ delivery_id: `${web}/2@2026-03-01`, revision: '1', records_read: '1' }),
    ])
  })

  it('refuses what is no record of its contract, with the reason and the text, and goes on', async () => {
    const malformed = [
      '',
      '{',
      '[1]',
      '7',
      '"text"',
      'null',
      '{"event_id": "x",',
      '{} {}',
      'NaN',
      '{"a":"\\ud800"}',
    ]
    const judged: [string, Record<string, string>, string, string | null][] = [
      ...malformed.map((text): [string, Record<string, string>, string, null] => [
        text,
        {},
        'malformed_record',
        null,
      ]),
      [webEvent('nul\u0000'), {}, 'nul_character', null],
      ['{"event_id":"a\u0000b"}', {}, 'nul_character', null],
      [webEvent('a'), { 'schema-version': '' }, 'missing_version', null],
      [webEvent('a'), { 'schema-version': '99' }, 'newer_contract', null],
      [webEvent('a'), { 'invalid-utf8': 'true' }, 'wrong_encoding', null],
      [webEvent('a'), { operation: 'delete' }, 'cannot_delete', null],
      [webEvent('a', { event_name: 'dance' }), {}, 'unknown_value', 'event_name'],
      [webEvent('a', { occurred_at: '2026-03-02T12:00:01Z' }), {}, 'time_out_of_range', 'occurred_at'],
      [webEvent('a', { value: { deep: 1 } }), {}, 'not_a_number', 'value'],
      [webEvent('a', { event_id: undefined }), {}, 'missing_value', 'event_id'],
    ]
    await log.append(web, [
      record(webEvent('first'), {}, '0'),
      ...judged.map(([text, headers]) => record(text, headers, '0')),
      record(webEvent('last', { value: 12.5, quantity: 2, occurred_at: '2026-03-02T12:00:00Z' }), {}, '0'),
    ])
    const { totals } = await land()
    expect(totals).toMatchObject({ read: judged.length + 2, accepted: 2, quarantined: judged.length })
    expect(await landed('web_events', 'event_id')).toEqual(['first', 'last'])
    expect(await refused('web_events')).toEqual(
      judged.map(([text, , reason, column]) => ({
        reason,
        column,
        text: text.replaceAll('\u0000', '\uFFFD'),
      })),
    )
  })

  it('knows events that come again in their log, within a batch, in later ones and from another partition', async () => {
    await log.append(web, [
      record(webEvent('a'), {}, '1'),
      record(webEvent('a'), {}, '0'),
      record(webEvent('b'), {}, '1'),
    ])
    expect((await land()).totals).toMatchObject({ read: 3, accepted: 2, duplicate: 1 })
    await log.append(web, [
      record(webEvent('b'), {}, '3'),
      record(webEvent('c'), {}, '3'),
      record(webEvent('c'), {}, '3'),
      record(webEvent('b', { occurred_at: '2026-02-28T10:00:00Z' }), {}, '3'),
    ])
    expect((await land()).totals).toMatchObject({ read: 4, accepted: 2, duplicate: 2 })
    expect(
      await landed(
        'web_events',
        `event_id || ' ' || event_date || ' ' || _delivery_id[25] || ' ' || _record_number`,
      ),
    ).toEqual(['a 2026-03-01 0 0', 'b 2026-02-28 3 3', 'b 2026-03-01 1 1', 'c 2026-03-01 3 1'])
    expect(await counts()).toEqual([
      {
        delivery_id: `${web}/0@2026-03-01`,
        table: 'web_events',
        read: '1',
        accepted: '1',
        duplicate: '0',
        quarantined: '0',
      },
      {
        delivery_id: `${web}/1@2026-03-01`,
        table: 'web_events',
        read: '2',
        accepted: '1',
        duplicate: '1',
        quarantined: '0',
      },
      {
        delivery_id: `${web}/3@2026-03-01`,
        table: 'web_events',
        read: '4',
        accepted: '2',
        duplicate: '2',
        quarantined: '0',
      },
    ])
  })

  it('leaves an event that a file has delivered to staging', async () => {
    await shop.adapter(
      'events',
      `inputs:\n  - files: '*.ndjson'\n    reader: ndjson\n    columns: [event_id, occurred_at, event_name, consent_analytics]\n    tables: [web_events]\n`,
      { web_events: 'select _record, event_id, occurred_at, event_name, consent_analytics from input' },
    )
    await shop.raw('events/a.ndjson', `${webEvent('a')}\n`)
    await shop.land()
    await log.append(web, [record(webEvent('a'), {}, '0')])
    expect((await land()).totals).toMatchObject({ accepted: 1, duplicate: 0 })
    expect(await landed('web_events', 'event_id')).toEqual(['a', 'a'])
  })

  it('sends the changes of a database to their tables, deletions too', async () => {
    const order = {
      order_id: 'o1',
      placed_at: '2026-03-01T09:00:00Z',
      status: 'placed',
      currency: 'EUR',
      prices_include_tax: true,
      updated_at: '2026-03-01T09:00:00Z',
    }
    const customer = {
      customer_id: 'c1',
      email: 'a@example.org',
      created_at: '2026-03-01T09:00:00Z',
      updated_at: '2026-03-01T09:00:00Z',
    }
    const to = (table: string, row: unknown, operation = 'upsert') =>
      record(typeof row === 'string' ? row : JSON.stringify(row), { table, operation }, '2')
    await log.append(crm, [
      to('orders', order),
      to('customers', customer),
      to('orders', { ...order, status: 'paid' }),
      to('orders', { order_id: 'o1' }, 'delete'),
      to('orders', { status: 'paid' }, 'delete'),
      to('fx_rates', { rate_date: '2026-01-01' }, 'delete'),
      to('wishes', { wish_id: 'w1' }),
      record('{}', {}, '2'),
    ])
    expect((await land()).totals).toMatchObject({ read: 8, accepted: 4, duplicate: 0, quarantined: 4 })
    expect(
      await shop.query(
        'SELECT order_id, status, is_deleted, updated_at FROM bronze.orders ORDER BY _record_number',
      ),
    ).toEqual([
      { order_id: 'o1', status: 'placed', is_deleted: null, updated_at: '2026-03-01 09:00:00' },
      { order_id: 'o1', status: 'paid', is_deleted: null, updated_at: '2026-03-01 09:00:00' },
      { order_id: 'o1', status: null, is_deleted: true, updated_at: '2026-03-01 12:00:00' },
    ])
    expect(await refused('orders')).toMatchObject([{ reason: 'missing_value', column: 'order_id' }])
    expect(await refused('fx_rates')).toMatchObject([{ reason: 'cannot_delete' }])
    expect(await refused('unrouted')).toMatchObject([
      { reason: 'unknown_table' },
      { reason: 'unknown_table' },
    ])
    expect((await counts()).map(({ table, read }) => [table, read])).toEqual([
      ['customers', '1'],
      ['fx_rates', '1'],
      ['orders', '4'],
      ['unrouted', '2'],
    ])
  })

  it('puts dead letters into quarantine as they were refused', async () => {
    await log.append(deadLetterOf(web), [
      record('{"event_id":1}', { 'dead-letter-reason': 'unknown_value', 'dead-letter-origin': 'collector' }),
      record('never JSON', { 'dead-letter-reason': 'of the sender’s own', 'dead-letter-origin': 'x' }),
    ])
    expect((await land()).totals).toMatchObject({ read: 2, accepted: 0, quarantined: 2 })
    expect(await refused('web_events')).toMatchObject([
      { reason: 'unknown_value', text: '{"event_id":1}' },
      { reason: 'malformed_record', text: 'never JSON' },
    ])
    expect((await land()).totals).toMatchObject({ read: 0 })
  })

  it('takes each record’s own time, also when the clock jumped back', async () => {
    const at = (id: string, time: string) => ({
      ...record(webEvent(id), {}, '0'),
      timestampMs: Date.parse(time),
    })
    await log.append(web, [at('a', '2026-03-02T00:00:00Z'), at('b', '2026-03-01T11:00:00Z')])
    await land()
    await log.append(web, [at('c', '2026-03-01T11:00:01Z'), at('d', '2026-02-27T12:00:00Z')])
    await land()
    expect(
      (await shop.query('SELECT event_id, _arrived_at AS at FROM bronze.web_events ORDER BY 1')).map(
        ({ at }) => at,
      ),
    ).toEqual(['2026-03-02 00:00:00', '2026-03-01 11:00:00', '2026-03-01 11:00:01'])
    expect(await refused('web_events')).toMatchObject([{ reason: 'time_out_of_range' }])
    expect((await counts()).map(({ delivery_id, read }) => [delivery_id, read])).toEqual([
      [`${web}/0@2026-03-01`, '2'],
      [`${web}/0@2026-03-02`, '2'],
    ])
  })

  it('stops where records are gone, says what to do, and goes on when told to', async () => {
    await log.append(web, ['a', 'b', 'c', 'd', 'e'].map((id) => record(webEvent(id), {}, '0')).slice(0, 2))
    await land()
    await log.append(
      web,
      ['c', 'd', 'e'].map((id) => record(webEvent(id), {}, '0')),
    )
    log.truncate(web, 0, 4)
    await expect(land()).rejects.toMatchObject({
      code: 'log.truncated',
      message: expect.stringMatching(/marketing\.web-events\.v1 .*sillage land --skip-lost/),
    })
    expect(await landed('web_events', 'event_id')).toEqual(['a', 'b'])
    expect((await land({ skipLost: true })).totals).toMatchObject({ read: 1, accepted: 1, lost: 2 })
    expect(await landed('web_events', 'event_id')).toEqual(['a', 'b', 'e'])
    expect((await land({ skipLost: true })).totals).toMatchObject({ read: 0, lost: 0 })
  })
})
