import { utimesSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { acquireLease } from '../../src/lake/lease.ts'
import { processIdentity } from '../../src/lake/process-identity.ts'
import { spawnLake } from './spawn-lake.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
const purpose = { purpose: 'a run' }

async function leftBehind(name: string, holder: object): Promise<{ data: string; path: string }> {
  const data = join(folder, name)
  const path = join(data, 'warehouse', 'lease', `${'0'.repeat(19)}7.json`)
  await mkdir(join(data, 'warehouse', 'lease'), { recursive: true })
  const self = await processIdentity()
  const full = { ...self, purpose: 'a run', acquiredAt: '2025-01-01T00:00:00.000Z', ...holder }
  writeFileSync(path, JSON.stringify(full))
  return { data, path }
}

describe('a lease', () => {
  test('is held by one at a time and says by whom', async () => {
    const data = join(folder, 'one')
    const lease = await acquireLease(data, purpose)
    await lease.assertHeld()
    await expect(acquireLease(data, { purpose: 'an import' })).rejects.toMatchObject({
      code: 'lease.held',
      message: expect.stringContaining(`a run has it since 20`),
    })
    await lease.release()
    await expect(lease.assertHeld()).rejects.toMatchObject({ code: 'lease.lost' })
    const next = await acquireLease(data, purpose)
    expect(next.fencing).toBe(lease.fencing + 1)
    await next.release()
  })

  test('goes to exactly one of several that want it at once', async () => {
    const data = join(folder, 'many')
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLease(data, purpose)))
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('is taken from a killed process, not from a living one', async () => {
    const data = join(folder, 'killed')
    const holder = spawnLake(['hold-lease', data])
    await holder.line()
    await expect(acquireLease(data, purpose)).rejects.toMatchObject({ code: 'lease.held' })
    await holder.kill()
    expect((await acquireLease(data, purpose)).fencing).toBe(2)
  })

  test('is taken when another process has the number of the dead one, or the machine was restarted', async () => {
    const reused = await leftBehind('reused', { startedAt: 'another time' })
    const old = await acquireLease(reused.data, purpose)
    expect(old.fencing).toBe(8)
    const restarted = await leftBehind('restarted', { boot: 'another boot' })
    expect((await acquireLease(restarted.data, purpose)).fencing).toBe(8)
  })

  test('of another machine is respected as long as it shows life', async () => {
    const { data, path } = await leftBehind('elsewhere', { host: `not-${hostname()}` })
    await expect(acquireLease(data, purpose)).rejects.toMatchObject({ code: 'lease.held' })
    const longAgo = new Date(Date.now() - 600_000)
    utimesSync(path, longAgo, longAgo)
    expect((await acquireLease(data, purpose)).fencing).toBe(8)
  })

  test('that was taken over no longer holds', async () => {
    const data = join(folder, 'fenced')
    const zombie = await acquireLease(data, purpose)
    const self = await processIdentity()
    writeFileSync(
      join(data, 'warehouse', 'lease', `${String(zombie.fencing + 1).padStart(20, '0')}.json`),
      JSON.stringify({ ...self, purpose: 'a run', acquiredAt: '2025-01-01T00:00:00.000Z' }),
    )
    await expect(zombie.assertHeld()).rejects.toMatchObject({ code: 'lease.lost' })
  })
})
