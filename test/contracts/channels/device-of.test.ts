import { expect, it } from 'vitest'
import { deviceOf, isCrawler } from '../../../src/contracts/channels/device-of.ts'

const agents = [
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1',
    'mobile',
    false,
  ],
  ['Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148', 'tablet', false],
  [
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36',
    'mobile',
    false,
  ],
  ['Mozilla/5.0 (Linux; Android 15; SM-X900) AppleWebKit/537.36 Chrome/140.0 Safari/537.36', 'tablet', false],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
    'desktop',
    false,
  ],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'other', true],
  ['curl/8.5.0', 'other', true],
  ['', 'other', false],
] as const

it.each(agents)('%s is a %s', (userAgent, device, isBot) => {
  expect([deviceOf(userAgent), isCrawler(userAgent)]).toEqual([device, isBot])
})
