import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { emptyFold } from '../../src/live/live-fold.ts'
import { readSnapshot, removeStaleDrafts, writeSnapshot } from '../../src/live/snapshot-file.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'

const folder = temporaryFolder()
const snapshot = {
  sequence: 3,
  timeZone: 'Europe/Paris',
  minutes: emptyFold(),
  dates: emptyFold(new Map([[2, 9]])),
}

it('is read as it was written, also by writers at the same time, and leaves no draft', async () => {
  await Promise.all(Array.from({ length: 20 }, () => writeSnapshot(folder, snapshot)))
  expect(await readSnapshot(folder)).toEqual(snapshot)
  expect(await readdir(join(folder, 'live'))).toEqual(['state.bin'])
})

it('clears away what a killed writer left, but not what one is writing', async () => {
  await mkdir(join(folder, 'live'), { recursive: true })
  const [old, young] = ['state.bin.1-0.draft', 'state.bin.2-0.draft'].map((name) =>
    join(folder, 'live', name),
  ) as [string, string]
  await writeFile(old, '')
  await writeFile(young, '')
  await utimes(old, new Date(0), new Date(0))
  await removeStaleDrafts(folder)
  expect((await readdir(join(folder, 'live'))).sort()).toEqual(['state.bin', 'state.bin.2-0.draft'])
})
