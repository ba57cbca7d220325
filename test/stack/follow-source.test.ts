import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPostgres } from '../../src/database/postgres.ts'
import { followSource } from '../../src/ingestion/change-capture/follow-source.ts'
import { openEventLog } from '../../src/ingestion/event-log/open-event-log.ts'
import { type PostgresServer, startPostgres } from './components/postgres.ts'

const schema = join(import.meta.dirname, '..', '..', 'docker', 'postgres', 'crm.generated.sql')
let server: PostgresServer
const folder = mkdtempSync(join(tmpdir(), 'sillage-follow-'))

beforeAll(async () => {
  server = await startPostgres()
  const source = await openPostgres({ url: server.url })
  await source.rows(readFileSync(schema, 'utf8'))
  await source.close()
})
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

it.each(['queries', 'replication'] as const)(
  'says that it follows when the source has answered, and again after an outage (%s)',
  async (mode) => {
    const dataDir = join(folder, mode)
    const log = await openEventLog({ dataDir, kind: 'embedded' })
    const ending = new AbortController()
    const told: string[] = []
    await server.kill()
    const following = followSource({
      dataDir,
      url: server.url,
      map: { tables: { promotions: { from: 'crm.promotions', changedAt: 'updated_at' } } },
      log,
      mode,
      everyMs: 50,
      signal: ending.signal,
      onConnected: () => told.push('follows'),
      onRetry: () => {
        if (told.at(-1) !== 'waits') told.push('waits')
      },
    })
    const untilTold = async (count: number) => {
      for (const deadline = performance.now() + 30_000; told.length < count; await wait(20))
        if (performance.now() > deadline) throw new Error(`told: ${told.join(', ')}`)
    }
    await untilTold(1)
    await server.restart()
    await untilTold(2)
    await wait(300)
    await server.kill()
    await untilTold(3)
    await server.restart()
    await untilTold(4)
    ending.abort()
    await following
    expect(told).toEqual(['waits', 'follows', 'waits', 'follows'])
    await log.close()
  },
)
