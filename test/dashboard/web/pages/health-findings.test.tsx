import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { Health } from '../../../../src/contracts/data-health.ts'
import { createSpeech, SpeechContext } from '../../../../src/dashboard/web/language/language-context.tsx'
import { HeldPanel, HygienePanel } from '../../../../src/dashboard/web/pages/health-findings.tsx'

const health = {
  hygiene: [
    { kind: 'spend_without_rate', item: 'tiktok t', spend: 300, currency: 'CHF', sessions: 0, detail: '' },
    { kind: 'product_without_cost', item: 'soap', spend: 12, currency: 'EUR', sessions: 0, detail: 'Soap' },
  ],
  held: [
    { reason: 'fx_rate_missing', currency: 'SEK', orders: 1, gross: 200 },
    { reason: 'fx_rate_missing', currency: 'ISK', orders: 3, gross: 900 },
  ],
} as unknown as Health

const draw = (panel: typeof HeldPanel) =>
  renderToStaticMarkup(
    createElement(SpeechContext, { value: createSpeech('en', 'EUR') }, createElement(panel, { health })),
  )

describe('money that has not come into the shop’s currency', () => {
  it('stands in its own, beside the shop’s', () => {
    const html = draw(HygienePanel)
    expect(html).toMatch(/CHF\s?300/)
    expect(html).toContain('€12')
    expect(html).not.toContain('€300')
    expect(draw(HeldPanel)).toMatch(/SEK\s?200/)
  })

  it('adds up the orders, never amounts of two currencies', () => {
    expect(draw(HeldPanel)).toMatch(
      /<tfoot>.*Total<\/th><td class="number">4<\/td><td class="number"><\/td>/s,
    )
  })
})
