import { expect, it } from 'vitest'
import { type Stop, stopAll, thenStop } from '../../src/cli/stop-all.ts'

const stopped: string[] = []
const part =
  (name: string, error?: string): Stop =>
  async () => {
    stopped.push(name)
    if (error !== undefined) throw new Error(error)
  }

it('stops every part, also behind those that fail, and reports the first failure', async () => {
  stopped.length = 0
  await expect(stopAll([part('a'), part('b', 'first'), part('c', 'second'), part('d')])).rejects.toThrow(
    'first',
  )
  expect(stopped).toEqual(['a', 'b', 'c', 'd'])
})

it('reports a failure of the work before those of stopping, and stops what the work has added', async () => {
  stopped.length = 0
  const stops = [part('a', 'of stopping')]
  const work = async () => {
    stops.unshift(part('added'))
    throw new Error('of the work')
  }
  await expect(thenStop(work, stops)).rejects.toThrow('of the work')
  expect(stopped).toEqual(['added', 'a'])
  expect(await thenStop(async () => 'done', [part('b')])).toBe('done')
})
