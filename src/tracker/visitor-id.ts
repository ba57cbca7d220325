import { newId } from './browser-storage.ts'

const name = 'sillage_id'

/** Thirteen months, from the first visit: the longest an audience cookie may live. */
const maxAgeSeconds = 395 * 86_400

/** The first-party id of this browser, made when there is none; undefined when the browser keeps no cookies. */
export function visitorId(domain: string | undefined): string | undefined {
  const known = readId()
  if (known) return known
  writeId(newId(), maxAgeSeconds, domain)
  return readId()
}

export const forgetVisitor = (domain: string | undefined): void => writeId('', 0, domain)

const readId = (): string | undefined => new RegExp(`(?:^|; )${name}=([^;]+)`).exec(document.cookie)?.[1]

function writeId(id: string, seconds: number, domain: string | undefined): void {
  const isSecure = location.protocol === 'https:'
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in half of the browsers
  document.cookie = `${name}=${id}; Max-Age=${seconds}; Path=/; SameSite=Lax${isSecure ? '; Secure' : ''}${domain ? `; Domain=${domain}` : ''}`
}
