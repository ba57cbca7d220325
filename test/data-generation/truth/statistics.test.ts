import { describe, expect, it } from 'vitest'
import { resolveSetting } from '../../../src/data-generation/shop.ts'
import { statisticsOf, statisticsPage } from '../../../src/data-generation/truth/statistics.ts'
import { simulateWorld } from '../../../src/data-generation/world/world.ts'

describe('the simulated shop', () => {
  it.each([1, 2])('looks like a real one with seed %i', (seed) => {
    const world = simulateWorld(
      resolveSetting({ seed, startDate: '2024-01-01', endDate: '2025-03-31', eventsPerDay: 1400 }),
    )
    const statistics = statisticsOf(world)
    const outside = statistics.filter(({ value, from, to }) => !(value >= from && value <= to))
    expect(outside).toEqual([])
    expect(statistics.length).toBeGreaterThan(10)
    expect(statisticsPage(world, statistics)).not.toContain('**no**')
  })
})
