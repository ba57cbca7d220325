import { expect, it } from 'vitest'
import { randomShare, surviveKill } from '../ingestion/collector/killed-collector.ts'
import { seed } from './seed.ts'

const points = 100

it.each(
  Array.from({ length: points }, (_, point) => ({
    point,
    afterMs: Math.round(randomShare(seed, point) * 600),
  })),
)(
  'a collector killed after $afterMs ms loses nothing it acknowledged: point $point',
  async ({ point, afterMs }) => {
    const { lost, sent, distinct } = await surviveKill(afterMs, 1 + (point % 40))
    expect({ lost, distinct }).toEqual({ lost: [], distinct: sent })
  },
)
