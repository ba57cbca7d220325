import { expect, test } from 'vitest'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { killLayers } from '../live/killed-layers.ts'
import { seed } from './seed.ts'

const folder = temporaryFolder()

test('a speed layer killed at 100 moments counts what one that ran through does', async () => {
  for (let part = 0; part < 10; part++) {
    const { restarted, uninterrupted } = await killLayers(folder, seed + part, 10)
    expect(restarted).toEqual(uninterrupted)
  }
}, 900_000)
