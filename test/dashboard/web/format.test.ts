import { describe, expect, it } from 'vitest'
import { createFormat } from '../../../src/dashboard/web/format.ts'

const english = createFormat('en', 'EUR', 'Europe/Paris')
const french = createFormat('fr', 'EUR', 'Europe/Paris')
/** Locales separate with several kinds of space. */
const plain = (text: string) => text.replace(/[\u00a0\u202f\u2009]/g, ' ')

describe('createFormat', () => {
  it('writes amounts as each language does', () => {
    expect(english.value(1234567.4, 'money')).toBe('€1,234,567')
    expect(plain(french.value(1234567.4, 'money'))).toBe('1 234 567 €')
    expect(english.value(51.867, 'money')).toBe('€51.87')
    expect(plain(french.value(1.42, 'per_unit'))).toBe('1,42 €')
    expect(createFormat('en', 'GBP', 'Europe/London').value(5, 'per_unit')).toBe('£5.00')
  })

  it('gives the amounts of a column the same digits', () => {
    const large = english.column('money', [1644, -53.27, null])
    expect([large(1644), large(-53.27), large(null)]).toEqual(['€1,644', '−€53', '–'])
    const small = english.column('money', [341, 12.65])
    expect([small(341), small(12.65)]).toEqual(['€341.00', '€12.65'])
    expect(english.column('share', [0.5])(0.5)).toBe('50.0%')
  })

  it('writes a dash for nothing, and a real minus', () => {
    expect(english.value(null, 'money')).toBe('–')
    expect(english.value(undefined, 'share')).toBe('–')
    expect(english.value(-1500, 'money')).toBe('−€1,500')
    expect(english.value(-0.2, 'count')).not.toMatch(/[-−]/)
  })

  it('writes shares, fractions and counts', () => {
    expect(plain(french.value(0.0527, 'share'))).toBe('5,3 %')
    expect(english.value(10.8, 'share')).toBe('1,080%')
    expect(english.value(132.26, 'fraction')).toBe('132.3')
    expect(english.value(2014221, 'fraction')).toBe('2,014,221')
    expect(plain(french.value(2014221, 'count'))).toBe('2 014 221')
  })

  it('writes changes with their sign, points for shares', () => {
    expect(english.change({ amount: -0.145, isPoints: false, meaning: 'bad' })).toBe('−14.5%')
    expect(plain(french.change({ amount: 0.081, isPoints: false, meaning: 'good' }))).toBe('+8,1 %')
    expect(english.change({ amount: -0.011, isPoints: true, meaning: 'good' })).toBe('−1.1 pt')
  })

  it('shows instants in the shop’s zone and dates as they are', () => {
    expect(english.instant('2026-11-22T05:12:31Z')).toBe('22 Nov, 06:12')
    expect(english.instant('2026-11-22 05:12:31.5')).toBe('22 Nov, 06:12')
    expect(english.date('2026-11-21')).toBe('21 Nov 2026')
    expect(french.date('2026-11-21')).toBe('21 nov. 2026')
  })

  it('joins names as a sentence does', () => {
    expect(english.list(['Instagram', 'Video'])).toBe('Instagram and Video')
    expect(french.list(['Instagram', 'Vidéo'])).toBe('Instagram et Vidéo')
  })
})
