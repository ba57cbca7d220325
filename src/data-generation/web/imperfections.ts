import { hash, rehash, unit } from '../random.ts'
import type { WebFormat } from './web-lines.ts'

/** Days after which a visit's records arrive: phones without network, for 1 visit in 300. */
export function lateDays(occasion: number): number {
  const draw = unit(rehash(occasion, 99))
  return draw < 0.0033 ? 1 + Math.floor(draw * 909) : 0
}

const brokenPerLine = 0.00025

/** Lines to put in among a day's, each before a place: what every log contains: half-written lines, impossible times, names nobody defined. */
export function* spoiledLines(
  seed: number,
  day: number,
  lineCount: number,
  lineAt: (place: number) => string,
  format: WebFormat,
): Generator<{ at: number; line: string }> {
  if (lineCount === 0) return
  const count = Math.floor(lineCount * brokenPerLine + unit(hash(seed, 8101, day)))
  for (let n = 0; n < count; n++) {
    const h = hash(seed, 8102, day, n)
    const at = h % lineCount
    yield { at, line: spoilLine(lineAt(at), rehash(h, 1), format) }
  }
}

function spoilLine(line: string, h: number, format: WebFormat): string {
  const own = format === 'csv' ? line.replace(/^[^,]+/, (id) => `${id}x`) : line.replace('","at"', 'x","at"')
  switch (h % 4) {
    case 0:
      return `${own.slice(0, Math.floor(own.length * (0.3 + 0.5 * unit(h))))}\n`
    case 1:
      return own.replace(/20[0-9]{2}-([0-9]{2}-[0-9]{2}T)/, (h & 16) === 0 ? '1970-$1' : '2099-$1')
    case 2:
      return own.replace(
        /page_view|product_view|add_to_cart|purchase|login|search|begin_checkout/,
        'pageview_old',
      )
    default:
      return own.replace(/("at":"|,)20[0-9]{2}-[0-9T:.-]+Z/, '$1not-a-time')
  }
}
