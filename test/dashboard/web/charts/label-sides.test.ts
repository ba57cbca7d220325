import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelSides } from '../../../../src/dashboard/web/charts/label-sides.ts'

const drawing = { widthPx: 400, heightPx: 300 }

describe('labelSides', () => {
  it('takes the side where no other point is', () => {
    const points = [
      { x: 200, y: 150 },
      { x: 230, y: 150 },
      { x: 170, y: 150 },
      { x: 200, y: 130 },
    ]
    expect(labelSides(points, [{ point: 0, widthPx: 60 }], drawing)).toEqual(['bottom'])
  })

  it('stays inside the drawing', () => {
    expect(labelSides([{ x: 395, y: 150 }], [{ point: 0, widthPx: 60 }], drawing)).toEqual(['left'])
  })

  it('leaves out the label that no side has room for, the less important one', () => {
    const points = Array.from({ length: 6 }, () => ({ x: 200, y: 150 }))
    const sides = labelSides(
      points,
      points.map((_, point) => ({ point, widthPx: 60 })),
      drawing,
    )
    expect(sides.filter((side) => side !== null)).toHaveLength(4)
    expect(sides.slice(4)).toEqual([null, null])
  })

  it('never lets two labels overlap', () => {
    const coordinate = fc.record({
      x: fc.integer({ min: 0, max: 400 }),
      y: fc.integer({ min: 0, max: 300 }),
      widthPx: fc.integer({ min: 10, max: 150 }),
    })
    fc.assert(
      fc.property(fc.array(coordinate, { maxLength: 12 }), (marks) => {
        const sides = labelSides(
          marks,
          marks.map(({ widthPx }, point) => ({ point, widthPx })),
          drawing,
        )
        const middles = marks.flatMap(({ x, y, widthPx }, index) => {
          const side = sides[index]
          if (!side) return []
          const away = widthPx / 2 + 9
          const dx = side === 'right' ? away : side === 'left' ? -away : 0
          const dy = side === 'bottom' ? 16.5 : side === 'top' ? -16.5 : 0
          return [{ x: x + dx, y: y + dy, widthPx }]
        })
        for (const [index, one] of middles.entries())
          for (const other of middles.slice(index + 1))
            expect(
              Math.abs(one.x - other.x) >= (one.widthPx + other.widthPx) / 2 - 1e-9 ||
                Math.abs(one.y - other.y) >= 15 - 1e-9,
            ).toBe(true)
      }),
    )
  })
})
