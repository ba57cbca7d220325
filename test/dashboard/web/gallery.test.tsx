import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { pieces } from '../../../src/dashboard/web/gallery/pieces.tsx'
import { createSpeech, SpeechContext } from '../../../src/dashboard/web/language/language-context.tsx'

describe('the gallery', () => {
  it.each(Object.entries(pieces))('draws %s in both languages and themes', (_name, piece) => {
    for (const language of ['en', 'fr'] as const) {
      for (const theme of ['light', 'dark'] as const) {
        const html = renderToStaticMarkup(
          createElement(SpeechContext, { value: createSpeech(language) }, piece(theme)),
        )
        expect(html.length).toBeGreaterThan(40)
        expect(html).not.toMatch(/undefined|NaN|\[object/)
      }
    }
  })
})
