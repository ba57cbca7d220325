import { crawlerPatterns, devicePatterns } from './visit-rules.ts'

const crawler = new RegExp(crawlerPatterns.join('|'))
const devices = devicePatterns.map(({ device, pattern }) => ({ device, pattern: new RegExp(pattern) }))

export type Device = (typeof devicePatterns)[number]['device'] | 'other'

/** True for the user agent of a crawler or a program; the twin of the macro `is_crawler`. */
export const isCrawler = (userAgent: string): boolean => crawler.test(userAgent.toLowerCase())

/** Kind of device by user agent; the twin of the macro `device_of`. */
export function deviceOf(userAgent: string): Device {
  const text = userAgent.toLowerCase()
  return devices.find(({ pattern }) => pattern.test(text))?.device ?? 'other'
}
