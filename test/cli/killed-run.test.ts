import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPointer } from '../../src/lake/pointer.ts'
import { fixtureLake } from '../fixtures/fixture-lake.ts'
import { goldContent, rawFixture, startRun } from '../fixtures/killable-run.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-killed-'))
  await rawFixture('small', join(folder, 'data'))
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a run', () => {
  it('killed while landing, while building and before publishing is finished by the next, to the row', async () => {
    const data = join(folder, 'data')
    const killedAt = async (moment: (run: ReturnType<typeof startRun>) => Promise<unknown>) => {
      const run = startRun(data)
      await moment(run)
      run.kill()
      expect((await run.ended).exitCode).toBeNull()
      expect(await readPointer(data)).toBeUndefined()
    }
    await killedAt(() => setTimeout(1200))
    await killedAt((run) => run.said(/✓ silver/))
    await killedAt((run) => run.said(/✓ gold/))
    const last = startRun(data)
    await last.said(/✓ land/)
    const second = await startRun(data).ended
    expect(second).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('[lease.held]') })
    expect(await last.ended).toMatchObject({ exitCode: 0 })
    expect(await goldContent(data)).toEqual(await goldContent(await fixtureLake('small')))
  }, 300_000)
})
