import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attributionModels, comparisons } from '../../../../src/contracts/dashboard.ts'
import { addDays } from '../../../../src/dashboard/web/state/dates.ts'
import {
  pages,
  presets,
  readView,
  resolveDates,
  type View,
  writeView,
} from '../../../../src/dashboard/web/state/url-state.ts'

const read = (address: string, languages = ['en-US']) => readView(new URL(address, 'http://shop'), languages)

describe('the address', () => {
  it('keeps every view', () => {
    const range = fc
      .tuple(fc.integer({ min: 0, max: 9000 }), fc.integer({ min: 0, max: 900 }))
      .map(([start, length]) => ({
        from: addDays('2005-01-01', start),
        to: addDays('2005-01-01', start + length),
      }))
    const view: fc.Arbitrary<View> = fc.record({
      page: fc.constantFrom(...pages),
      dates: fc.oneof(fc.constantFrom(...presets), range),
      compare: fc.constantFrom(...comparisons),
      model: fc.constantFrom(...attributionModels),
      language: fc.constantFrom('en' as const, 'fr' as const),
    })
    fc.assert(
      fc.property(view, (original) => {
        expect(read(writeView(original))).toEqual(original)
      }),
    )
  })

  it('falls back to defaults for what it does not know', () => {
    expect(read('/nowhere?range=ever&model=magic&compare=x&lang=de')).toEqual({
      page: 'overview',
      dates: 'last_90',
      compare: 'previous_period',
      model: 'last_non_direct',
      language: 'en',
    })
    expect(read('/?from=2026-02-30&to=2026-03-01').dates).toBe('last_90')
    expect(read('/?from=2026-03-02&to=2026-03-01').dates).toBe('last_90')
  })

  it('follows the browser when no language is asked for', () => {
    expect(read('/', ['fr-CA', 'en']).language).toBe('fr')
    expect(read('/?lang=en', ['fr']).language).toBe('en')
  })
})

describe('resolveDates', () => {
  const available = { from: '2025-11-05', to: '2026-03-10' }
  it.each([
    ['last_7', '2026-03-04', '2026-03-10'],
    ['this_month', '2026-03-01', '2026-03-10'],
    ['last_month', '2026-02-01', '2026-02-28'],
    ['this_year', '2026-01-01', '2026-03-10'],
    ['last_365', '2025-11-05', '2026-03-10'],
    ['all', '2025-11-05', '2026-03-10'],
  ] as const)(
    '%s ends on the last day with data and begins no earlier than the first',
    (preset, from, to) => {
      expect(resolveDates(preset, available)).toEqual({ from, to })
    },
  )

  it('leaves chosen dates alone', () => {
    const chosen = { from: '2020-01-01', to: '2020-02-01' }
    expect(resolveDates(chosen, available)).toEqual(chosen)
  })
})
