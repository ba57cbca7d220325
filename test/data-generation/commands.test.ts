import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  generateExports,
  generateWebFiles,
  streamEvents,
  webFlags,
} from '../../src/data-generation/commands.ts'
import { readFlags } from '../../src/data-generation/flags.ts'

const freshDir = () => mkdtemp(join(tmpdir(), 'sillage-generate-'))
const dates = ['--start-date', '2025-01-01', '--end-date', '2025-01-14']

describe('generate:web', () => {
  it('writes a file a day, about as many events as asked for', async () => {
    const out = await freshDir()
    const flags = readFlags(['--mode', 'batch', ...dates, '--events-per-day', '2000', '--out', out], webFlags)
    await generateWebFiles(flags)
    const files = (await readdir(join(out, 'web'))).sort()
    expect(files.length).toBe(14)
    expect(files[0]).toBe('web-2025-01-01.ndjson')
    let events = 0
    for (const file of files)
      events += (await readFile(join(out, 'web', file), 'utf8')).trimEnd().split('\n').length
    expect(events / 14).toBeGreaterThan(1400)
    expect(events / 14).toBeLessThan(2800)
  })

  it('writes the same events as compressed CSV', async () => {
    const out = await freshDir()
    const some = ['--start-date', '2025-01-01', '--end-date', '2025-01-02', '--out', out]
    await generateWebFiles(readFlags(some, webFlags))
    await generateWebFiles(readFlags([...some, '--format', 'csv', '--gzip'], webFlags))
    const csv = gunzipSync(await readFile(join(out, 'web', 'web-2025-01-02.csv.gz'))).toString()
    const json = await readFile(join(out, 'web', 'web-2025-01-02.ndjson'), 'utf8')
    const [header, ...rows] = csv.trimEnd().split('\n')
    expect(header!.startsWith('id,at,event,visitor')).toBe(true)
    const ids = json
      .trimEnd()
      .split('\n')
      .map((line) => /"id":"([^"]*)"/.exec(line)?.[1])
    expect(rows.map((row) => row.split(',')[0])).toEqual(ids)
  })

  it('streams at the pace asked for, dated when it is sent', () => {
    const flags = readFlags(['--mode', 'stream', '--events-per-minute', '30', '--duration', '120'], webFlags)
    const start = Date.UTC(2026, 0, 5, 9)
    const events = [...streamEvents(flags, start)]
    expect(events.length).toBe(60)
    expect(events.at(-1)!.afterMs).toBe(118_000)
    expect(events.some(({ line }) => line.includes('"at":"2026-01-05T09:01:'))).toBe(true)
  })
})

describe('generate:crm, generate:ads, generate:influencers', () => {
  it('write their exports into their folders', async () => {
    const out = await freshDir()
    await generateExports('crm', [
      ...dates,
      '--frequency',
      'daily',
      '--initial-customers',
      '500',
      '--out',
      out,
    ])
    await generateExports('advertising', [...dates, '--frequency', 'daily', '--out', out])
    await generateExports('influencers', [...dates, '--out', out])
    expect((await readdir(out)).sort()).toEqual(['advertising', 'crm', 'influencers'])
    const customers = await readFile(join(out, 'crm', 'customers-2025-01-01.csv'), 'utf8')
    expect(customers.trimEnd().split('\n').length).toBeGreaterThan(400)
    expect((await readdir(join(out, 'crm'))).filter((file) => file.startsWith('orders-')).length).toBe(14)
    expect((await readdir(join(out, 'advertising'))).length).toBe(28)
  })

  it('say what is wrong with a flag', async () => {
    await expect(generateExports('crm', ['--nonsense'])).rejects.toThrow(/--help/)
    await expect(generateExports('crm', ['--seed', 'rose'])).rejects.toThrow(/--seed must be a number/)
    await expect(generateExports('crm', ['--frequency', 'hourly'])).rejects.toThrow(/daily or weekly/)
  })
})
