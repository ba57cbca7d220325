import { describe, expect, it } from 'vitest'
import { PlatformError } from '../../src/contracts/errors.ts'
import { silentObserver } from '../../src/contracts/observer.ts'
import { dailyEtl } from '../../src/orchestration/daily-etl.ts'
import { inOrder, runGraph, type Task } from '../../src/orchestration/task-graph.ts'

const task = (
  name: string,
  after: string[],
  run: () => Promise<void> = async () => {},
  retries = 0,
): Task<null> => ({
  name,
  description: name,
  after,
  retries,
  run,
})

describe('inOrder', () => {
  it('puts each task after those it names, however they are listed', () => {
    const graph = { name: 'g', tasks: [task('c', ['b']), task('a', []), task('b', ['a'])] }
    expect(inOrder(graph).map((each) => each.name)).toEqual(['a', 'b', 'c'])
  })

  it('refuses a cycle', () => {
    const graph = { name: 'g', tasks: [task('a', ['b']), task('b', ['a'])] }
    expect(() => inOrder(graph)).toThrow('orchestration: g has a cycle or a missing task among a, b')
  })

  it('orders the daily graph from bronze to publication', () => {
    expect(inOrder(dailyEtl).map((each) => each.name)).toEqual([
      'land',
      'silver',
      'measure',
      'gold',
      'audit',
      'publish',
    ])
  })
})

describe('runGraph', () => {
  it('tries again only what can be retried, and only so often', async () => {
    let attempts = 0
    const flaky = task(
      'flaky',
      [],
      async () => {
        attempts++
        if (attempts === 1) throw new PlatformError('disk.full', 'full', { canRetry: true })
      },
      1,
    )
    await runGraph({ name: 'g', tasks: [flaky] }, null, silentObserver, () => {})
    expect(attempts).toBe(2)

    const broken = task('broken', [], () => Promise.reject(new PlatformError('internal', 'no')), 5)
    await expect(runGraph({ name: 'g', tasks: [broken] }, null, silentObserver, () => {})).rejects.toThrow(
      'no',
    )
  })

  it('does not start a task after one that failed', async () => {
    const started: string[] = []
    const graph = {
      name: 'g',
      tasks: [
        task('a', [], () => Promise.reject(new Error('no'))),
        task('b', ['a'], async () => {
          started.push('b')
        }),
      ],
    }
    await expect(runGraph(graph, null, silentObserver, () => {})).rejects.toThrow('no')
    expect(started).toEqual([])
  })
})
