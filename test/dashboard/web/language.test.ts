import { describe, expect, it } from 'vitest'
import { quarantineReasons } from '../../../src/contracts/record-outcomes.ts'
import { createSpeech, dictionaries } from '../../../src/dashboard/web/language/language-context.tsx'

describe('both languages', () => {
  it('name every reason for which a record is refused', () => {
    for (const { reasons } of Object.values(dictionaries)) {
      expect(Object.keys(reasons)).toEqual(expect.arrayContaining(Object.keys(quarantineReasons)))
    }
  })

  it('name the same reasons, run states, stages and currencies', () => {
    const { en, fr } = dictionaries
    for (const open of ['reasons', 'runStates', 'currencies'] as const) {
      expect(Object.keys(fr[open]).sort()).toEqual(Object.keys(en[open]).sort())
    }
    expect(Object.keys(fr.progress.stages).sort()).toEqual(Object.keys(en.progress.stages).sort())
  })

  it('speak of the shop’s own currency', () => {
    expect(createSpeech('en', 'GBP').text.headline.returned('£2.00', createSpeech('en', 'GBP').unit)).toBe(
      'Marketing returned £2.00 of contribution per pound',
    )
    expect(createSpeech('fr', 'JPY').unit).toBe('JPY')
  })
})
