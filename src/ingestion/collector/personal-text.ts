/**
 * The rules of `personal-data.ts` for values that are still on their way: each is the twin of the SQL macro of its
 * name, so that what bronze would not keep is not in the log either. A test holds the twins together.
 */

/** An IPv4 address without its last part, an IPv6 address as its first 48 bits at most; undefined for other text. */
export function truncatedIp(text: string): string | undefined {
  const address = text.replace(/^::ffff:/i, '')
  if (/^[0-9]{1,3}(?:[.][0-9]{1,3}){3}$/.test(address)) return address.replace(/[0-9]+$/, '0')
  if (!address.includes(':')) return undefined
  const [written = ''] = address.split('::')
  return `${written.split(':').slice(0, 3).join(':')}::`
}

/** The text with `[e-mail]` for every e-mail address in it. */
export function maskedText(text: string): string {
  if (!text.includes('@') && !(text.includes('%') && text.includes('40'))) return text
  return text.replace(/[^\s/?&=#]+(?:@|%(?:25)*40)[^\s/?&#]+/g, '[e-mail]')
}

/** An address without query string and fragment. */
export const addressOnly = (url: string): string => url.replace(/[?#].*$/, '')
