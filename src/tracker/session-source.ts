import { parsed, storage } from './browser-storage.ts'

/** Where a visit came from, by the contract's names: campaign, click ids, the page before. */
export type SessionSource = Record<string, string>

const key = 'sillage.session'
const sessionGapMs = 1_800_000
const campaignNames = ['source', 'medium', 'campaign', 'content', 'term', 'id']
const clickIds = ['gclid', 'gbraid', 'wbraid', 'fbclid', 'ttclid', 'msclkid']

/** What the address and the referrer of this page say; undefined when the visitor came from the shop itself. */
export function pageSource(): SessionSource | undefined {
  const query = new URLSearchParams(location.search)
  const source: SessionSource = {}
  const take = (column: string, parameter: string) => {
    const value = query.get(parameter)
    if (value) source[column] = value
  }
  for (const name of campaignNames) take(`utm_${name}`, `utm_${name}`)
  for (const name of clickIds) take(name, name)
  take('gad_campaign_id', 'gad_campaignid')
  if (hostOf(document.referrer) !== hostOf(location.href) && document.referrer)
    source.referrer = document.referrer
  return Object.keys(source).length ? source : undefined
}

export const withoutClickIds = (source: SessionSource): SessionSource =>
  Object.fromEntries(Object.entries(source).filter(([name]) => !clickIds.includes(name)))

/** The source an earlier page of the session kept; a pause ends the session and forgets it. */
export function keptSource(): SessionSource | undefined {
  const kept = parsed<{ at: number; source: SessionSource }>(storage.get(key))
  return kept && Date.now() - kept.at < sessionGapMs ? kept.source : undefined
}

export const keepSource = (source: SessionSource | undefined): void =>
  storage.set(key, source ? JSON.stringify({ at: Date.now(), source }) : '')

const hostOf = (url: string): string => (/^\w+:\/\/(?:www\.)?([^/?#]+)/.exec(url)?.[1] ?? '').toLowerCase()
