import { join } from 'node:path'
import { diskCommitStore } from '../../lake/commit-store.ts'

/** Offsets of one life of a topic; more than any of them will hold. */
const offsetsPerEpoch = 2 ** 40

/** Whether two offsets are of the same life of a topic. */
export const isOneLife = (left: number, right: number): boolean =>
  Math.floor(left / offsetsPerEpoch) === Math.floor(right / offsetsPerEpoch)

/**
 * First offset of a topic that has this id, as this data folder counts: its first life starts at 0, one that is made
 * anew (or found in another log) above every offset before it. So a position always tells which life it is of: it
 * never reads on in another one, and never goes back.
 */
export async function epochStart(dataDir: string, topic: string, id: string): Promise<number> {
  const folder = join(dataDir, 'log-epochs', topic)
  for (;;) {
    const names = (await diskCommitStore.list(folder)).filter((name) => /^\d{6}$/.test(name)).sort()
    for (const name of names) {
      if ((await diskCommitStore.read(join(folder, name)))?.trim() === id)
        return Number(name) * offsetsPerEpoch
    }
    const next = String(names.length === 0 ? 0 : Number(names.at(-1)) + 1).padStart(6, '0')
    if (await diskCommitStore.createIfAbsent(join(folder, next), `${id}\n`))
      return Number(next) * offsetsPerEpoch
  }
}
