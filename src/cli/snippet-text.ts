import type { EventSource } from '../ingestion/collector/event-source.ts'
import { snippet } from '../ingestion/collector/snippet.ts'
import type { Configuration } from './configuration.ts'

/** What to put into the shop's pages, and where the rest is explained. */
export function snippetText(
  { collectPort }: Configuration,
  { name, writeKey, origins }: EventSource,
): string {
  const address = `http://localhost:${collectPort}`
  const from =
    origins.length === 0 ? 'no page, servers only' : origins.includes('*') ? 'any page' : origins.join(', ')
  return [
    `Source ${name}: write key ${writeKey}, sent from ${from}.`,
    ...(origins.length === 0
      ? []
      : [
          `To track the site, start \`sillage serve\` (or \`sillage collect\` alone), make it reachable under an address of yours (here ${address}) and put this before </head>:`,
          '',
          snippet({ address, writeKey }),
          '',
        ]),
    `More: docs/guide/track-your-shop.md, or ${address}/snippet?key=${writeKey} while the collector runs.`,
  ].join('\n')
}
