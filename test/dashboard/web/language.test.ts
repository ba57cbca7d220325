import { describe, expect, it } from 'vitest'
import { quarantineReasons } from '../../../src/contracts/record-outcomes.ts'
import { createSpeech, dictionaries } from '../../../src/dashboard/web/language/language-context.tsx'

describe('both languages', () => {
  it('name every reason for which a record is refused', () => {
    for (const { reasons } of Object.values(dictionaries)) {
      expect(Object.keys(reasons)).toEqual(expect.arrayContaining(Object.keys(quarantineReasons)))
    }
  })

  it('name the same reasons, run states, stages, currencies and failures', () => {
    const { en, fr } = dictionaries
    for (const open of ['reasons', 'runStates', 'currencies'] as const) {
      expect(Object.keys(fr[open]).sort()).toEqual(Object.keys(en[open]).sort())
    }
    expect(Object.keys(fr.states.failures).sort()).toEqual(Object.keys(en.states.failures).sort())
    expect(Object.keys(fr.progress.stages).sort()).toEqual(Object.keys(en.progress.stages).sort())
  })

  it('speak of the shop’s own currency', () => {
    expect(createSpeech('en', 'GBP').text.headline.returned('£2.00', createSpeech('en', 'GBP').unit)).toBe(
      'Marketing returned £2.00 of contribution per pound',
    )
    expect(createSpeech('fr', 'JPY').unit).toBe('JPY')
  })
})

describe('French', () => {
  const { fr } = dictionaries

  it('keeps punctuation on the line of its word, also in what a function answers', () => {
    expect(fr.headline.lead).toBe('Quel marketing a rapporté de l’argent\u202f?')
    expect(fr.immature.expected('2 €')).toBe('Remboursements attendus au taux historique\u00a0: 2 €.')
    expect(fr.creditNote('Linéaire')).toContain('«\u00a0Linéaire\u00a0»')
    expect(fr.channels.lead).toBe('Où l’argent revient\u2011il\u202f?')
    expect(fr.overview.leftTitle).toContain('reste\u2011t\u2011il')
    expect(fr.reasons.spend_without_sessions).toBe('Dépense sans sessions')
    expect(fr.live.noTrackerSteps('http://localhost:4010')[1]).toContain('http://localhost:4010 affiche')
  })

  it('counts nothing and one in the singular', () => {
    const counts = ['0', '1', '2'].map((count) => fr.live.way.unlanded(count))
    expect(counts).toEqual([
      '0 enregistrement à déposer',
      '1 enregistrement à déposer',
      '2 enregistrements à déposer',
    ])
    expect(fr.health.auditFailed('1')).toBe('1 test en échec')
    expect(dictionaries.en.health.auditFailed('1')).toBe('1 test failed')
    expect(dictionaries.en.live.way.behind('1')).toBe('1 record to be read')
  })
})
