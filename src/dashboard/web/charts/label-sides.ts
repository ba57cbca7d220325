export type Side = 'right' | 'left' | 'top' | 'bottom'

interface Point {
  /** Pixels from the left and from the top of the drawing. */
  readonly x: number
  readonly y: number
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const gapPx = 9
const heightPx = 15
const sides: readonly Side[] = ['right', 'left', 'top', 'bottom']

/**
 * Chooses where each label stands: a side of its point where it covers neither a point nor an earlier label and stays
 * in the drawing. One that has no such side is left out; the tooltip has its text.
 *
 * @param labels By importance: the point each belongs to and the width of its text in pixels.
 * @returns One side per label, null for those left out.
 */
export function labelSides(
  points: readonly Point[],
  labels: readonly { readonly point: number; readonly widthPx: number }[],
  drawing: { readonly widthPx: number; readonly heightPx: number },
): (Side | null)[] {
  const taken: Box[] = []
  return labels.map(({ point, widthPx }) => {
    const at = points[point]
    if (at === undefined) return null
    const [best] = sides
      .map((side) => ({ side, box: boxOf(at, side, widthPx) }))
      .filter(({ box }) => isInside(box, drawing) && !taken.some((other) => isOver(box, other)))
      .filter(({ box }) => !points.some((other) => isCovered(other, box)))
    if (best === undefined) return null
    taken.push(best.box)
    return best.side
  })
}

function boxOf({ x, y }: Point, side: Side, widthPx: number): Box {
  const middle = { top: y - heightPx / 2, bottom: y + heightPx / 2 }
  const centre = { left: x - widthPx / 2, right: x + widthPx / 2 }
  if (side === 'right') return { left: x + gapPx, right: x + gapPx + widthPx, ...middle }
  if (side === 'left') return { left: x - gapPx - widthPx, right: x - gapPx, ...middle }
  if (side === 'top') return { ...centre, top: y - gapPx - heightPx, bottom: y - gapPx }
  return { ...centre, top: y + gapPx, bottom: y + gapPx + heightPx }
}

const isInside = (box: Box, drawing: { readonly widthPx: number; readonly heightPx: number }): boolean =>
  box.left >= 0 && box.right <= drawing.widthPx && box.top >= 0 && box.bottom <= drawing.heightPx

const isOver = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

/** A point is a dot of some pixels. */
const isCovered = ({ x, y }: Point, box: Box): boolean =>
  x > box.left - 6 && x < box.right + 6 && y > box.top - 6 && y < box.bottom + 6
