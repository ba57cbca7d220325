import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureLake } from '../fixtures/fixture-lake.ts'
import { goldContent, rawFixture, startRun } from '../fixtures/killable-run.ts'
import { seed } from './seed.ts'

const points = 50
let folder: string
let wholeMs: number
let expected: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-soak-'))
  expected = await goldContent(await fixtureLake('small'))
  await rawFixture('small', join(folder, 'whole'))
  wholeMs = (await startRun(join(folder, 'whole')).ended).durationMs
}, 600_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a run killed at a random moment', () => {
  it.each(Array.from({ length: points }, (_, point) => ({ point, share: randomShare(seed, point) })))(
    'is finished by the next: point $point at $share of its time',
    async ({ point, share }) => {
      const data = join(folder, `point-${point}`)
      await rawFixture('small', data)
      const run = startRun(data)
      await setTimeout(share * wholeMs)
      run.kill()
      await run.ended
      expect(await startRun(data).ended).toMatchObject({ exitCode: 0 })
      expect(await goldContent(data)).toEqual(expected)
      await rm(data, { recursive: true, force: true })
    },
    600_000,
  )
})

/** In [0, 1), the same for the same seed and point. */
function randomShare(from: number, point: number): number {
  let state = Math.imul(from ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(point + 1, 0xc2b2ae35)
  state = Math.imul(state ^ (state >>> 16), 0x45d9f3b)
  state = Math.imul(state ^ (state >>> 13), 0x45d9f3b)
  return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32
}
