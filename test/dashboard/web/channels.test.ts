import { describe, expect, it } from 'vitest'
import { channelLooks, channelName, placeName } from '../../../src/dashboard/web/channels.ts'

/** Machado, Oliveira, Fernandes 2009: what severe colour blindness leaves of linear red, green, blue. */
const visions = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
}

type Triple = [number, number, number]
const linear = (hex: string) =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as Triple
const seen = ([r, g, b]: Triple, m: readonly number[]) =>
  [0, 3, 6].map((row) => Math.max(0, m[row]! * r + m[row + 1]! * g + m[row + 2]! * b)) as Triple

/** Oklab, whose distances are close to seen ones. */
function oklab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}
const distance = (a: Triple, b: Triple) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
const luminance = (hex: string) => {
  const [r, g, b] = linear(hex)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (a: string, b: string) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high! + 0.05) / (low! + 0.05)
}

/** Channels that usually make up most of a shop and so meet in one chart. */
const usual = [
  'Direct',
  'Cross-network',
  'Paid Shopping',
  'Paid Search',
  'Paid Social',
  'Organic Search',
  'Email',
  'Influencer',
]
const paper = { light: '#faf6ee', dark: '#101a15' }

describe('channel colours', () => {
  it.each(['light', 'dark'] as const)('stay apart on %s paper for every kind of colour vision', (theme) => {
    const close: string[] = []
    for (const [vision, matrix] of Object.entries(visions)) {
      for (const [index, a] of usual.entries()) {
        for (const b of usual.slice(index + 1)) {
          const colours = [a, b].map((channel) => oklab(seen(linear(channelLooks[channel]![theme]), matrix)))
          const gap = distance(colours[0]!, colours[1]!)
          if (gap < 0.08) close.push(`${vision}: ${a} and ${b} (${gap.toFixed(3)})`)
        }
      }
    }
    expect(close).toEqual([])
  })

  it.each(['light', 'dark'] as const)('are seen on %s paper', (theme) => {
    for (const channel of usual) {
      expect(contrast(channelLooks[channel]![theme], paper[theme]), channel).toBeGreaterThan(2)
    }
  })

  it('differ between all channels', () => {
    for (const theme of ['light', 'dark'] as const) {
      const colours = Object.values(channelLooks).map((look) => look[theme])
      expect(new Set(colours).size).toBe(colours.length)
    }
  })
})

describe('names', () => {
  it('are the ones people use', () => {
    expect(placeName({ channel: 'Paid Social', platform: 'instagram' }, 'en')).toBe('Instagram')
    expect(placeName({ channel: 'Influencer', platform: 'youtube' }, 'fr')).toBe('Influence · YouTube')
    expect(placeName({ channel: 'Paid Search', platform: 'google' }, 'en')).toBe('Paid Search')
    expect(channelName('Something new', 'fr')).toBe('Something new')
  })
})
