/** Nought is singular in French. Counts come as they are written. */
export const isSingle = (count: string): boolean => count === '0' || count === '1'

const before = /[ \u00a0](?=[:»])/g
const beforeHigh = /[ \u00a0](?=[;?!](?:\s|$))/g
const after = /«[ \u00a0]/g
const inversion = /-(?=(?:t-)?(?:ils?|elles?|on|ce)\b)|(?<=-t)-(?=(?:ils?|elles?|on)\b)/g

/** Punctuation and an inverted pronoun (« dépend-elle ») stay on the line of their word. */
export const frenchSpaces = (text: string): string =>
  text
    .replace(before, '\u00a0')
    .replace(beforeHigh, '\u202f')
    .replace(after, '«\u00a0')
    .replace(inversion, '\u2011')

/** The same for every text of a dictionary, also for what its functions answer. */
export function withFrenchSpaces<T>(texts: T): T {
  if (typeof texts === 'string') return frenchSpaces(texts) as T
  if (Array.isArray(texts)) return texts.map(withFrenchSpaces) as T
  if (typeof texts === 'function') {
    const speak = texts as unknown as (...args: unknown[]) => unknown
    return ((...args: unknown[]) => withFrenchSpaces(speak(...args))) as T
  }
  if (texts === null || typeof texts !== 'object') return texts
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, withFrenchSpaces(text)])) as T
}
