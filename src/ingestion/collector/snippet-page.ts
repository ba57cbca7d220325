import type { EventSource } from './event-source.ts'
import { emailSnippet, snippet } from './snippet.ts'

const texts = {
  en: {
    title: 'Put Sillage on your site',
    ask: 'Write key of the source',
    show: 'Show the snippet',
    noSuch: 'No source has this write key.',
    unknown: 'The write key is in shop.json and printed by `sillage sources list`.',
    pages: 'Into every page, before </head>:',
    consent: 'When the visitor has chosen (no identifier is kept, and nothing is stored, before):',
    steps: 'Where something happens that the address does not tell:',
    email: 'Into an e-mail, to count opens:',
    more: 'Page views are sent by themselves, also in single-page shops. The guide: docs/guide/track-your-shop.md. Types for TypeScript:',
  },
  fr: {
    title: 'Mettre Sillage sur votre site',
    ask: 'Clé d’écriture de la source',
    show: 'Afficher l’extrait',
    noSuch: 'Aucune source n’a cette clé d’écriture.',
    unknown: 'La clé d’écriture est dans shop.json et affichée par `sillage sources list`.',
    pages: 'Dans chaque page, avant </head> :',
    consent:
      'Quand le visiteur a choisi (avant, aucun identifiant n’est gardé et rien n’est déposé chez lui) :',
    steps: 'Là où se passe quelque chose que l’adresse ne dit pas :',
    email: 'Dans un e-mail, pour compter les ouvertures :',
    more: 'Les pages vues partent d’elles-mêmes, aussi dans les boutiques monopages. Le guide : docs/guide/track-your-shop.md. Types pour TypeScript :',
  },
} as const

const consentCalls = 'sillage.consent({ analytics: true, ads: false })'
const trackCalls = `sillage.track('product_view', { sku: 'LIP-01', value: 24.9, currency: 'EUR' })
sillage.track('add_to_cart', { sku: 'LIP-01', quantity: 1, value: 24.9, currency: 'EUR' })
sillage.track('purchase', { transactionId: '10042', value: 49.8, currency: 'EUR' })`

/** The page that a shop owner copies from; without a source it asks for the write key. */
export function snippetPage(
  source: EventSource | undefined,
  address: string,
  language: keyof typeof texts,
  isKeyGiven = false,
): string {
  const text = texts[language]
  const code = (title: string, content: string) =>
    `<h2>${escaped(title)}</h2><pre tabindex="0"><code>${escaped(content)}</code></pre>`
  const place = source && { address, writeKey: source.writeKey }
  const content =
    place === undefined
      ? `<form><label>${escaped(text.ask)} <input name="key" required autocomplete="off"></label> <button>${escaped(text.show)}</button></form><p>${isKeyGiven ? `<strong>${escaped(text.noSuch)}</strong> ` : ''}${escaped(text.unknown)}</p>`
      : [
          code(text.pages, snippet(place)),
          code(text.consent, consentCalls),
          code(text.steps, trackCalls),
          code(text.email, emailSnippet(place)),
          `<p>${escaped(text.more)} <a href="/sillage.d.ts">sillage.d.ts</a></p>`,
        ].join('\n')
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(text.title)} · Sillage</title>
<style>
  :root { color-scheme: light dark; --paper: #faf7f1; --ink: #1f332b; --thin: #d9d2c4; --code: #f1ece1 }
  @media (prefers-color-scheme: dark) { :root { --paper: #16201c; --ink: #e9e4d8; --thin: #34433c; --code: #1f2c26 } }
  body { background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif; max-width: 52rem; margin: 0 auto; padding: 2rem 1rem }
  h1 { font: 400 2rem/1.2 Georgia, serif } h2 { font: inherit; margin: 2rem 0 .5rem }
  pre { background: var(--code); border: 1px solid var(--thin); padding: 1rem; overflow-x: auto; font-size: .85rem; user-select: all }
  a { color: inherit }
</style>
<h1>${escaped(text.title)}</h1>
${content}
</html>
`
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
