import { createContext, useContext } from 'react'
import type { Language } from '../../../contracts/metrics.ts'
import { createFormat, type Format } from '../format.ts'
import { type Dictionary, english } from './english.ts'
import { french } from './french.ts'
import { withFrenchSpaces } from './french-grammar.ts'

export const dictionaries: Record<Language, Dictionary> = {
  en: english,
  fr: withFrenchSpaces(french),
}

/** What every component needs to speak: texts, number formats and the language itself. */
export interface Speech {
  readonly language: Language
  readonly text: Dictionary
  readonly format: Format
  /** What one unit of the shop's currency is called in a sentence. */
  readonly unit: string
}

export const createSpeech = (language: Language, currency = 'EUR', timeZone = 'Europe/Paris'): Speech => ({
  language,
  text: dictionaries[language],
  format: createFormat(language, currency, timeZone),
  unit: dictionaries[language].currencies[currency] ?? currency,
})

export const SpeechContext = createContext<Speech>(createSpeech('en'))
export const useSpeech = (): Speech => useContext(SpeechContext)
