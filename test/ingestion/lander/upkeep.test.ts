import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silentObserver } from '../../../src/contracts/observer.ts'
import { createUpkeep, type RunningMaintenance } from '../../../src/ingestion/lander/upkeep.ts'

const failing = {
  'does not start': (): RunningMaintenance => {
    throw new Error('no Python')
  },
  'does not end': () =>
    ({ close: () => Promise.reject(new Error('ended by itself')) }) as unknown as RunningMaintenance,
}

test.each(Object.entries(failing))(
  'a round that %s is put off and said, and harms nothing else',
  async (_, start) => {
    const said: string[] = []
    const upkeep = createUpkeep({
      dataDir: await mkdtemp(join(tmpdir(), 'upkeep-')),
      startMaintenance: start,
      maintainEvery: 1,
      observer: { ...silentObserver, stage: ({ message = '' }) => void said.push(message) },
    })
    upkeep.landed([])
    await expect(upkeep.finish()).resolves.toBeUndefined()
    expect(said.join()).toMatch(/put off: (no Python|.*ended by itself)/)
  },
)
