import { randomBytes } from 'node:crypto'

/** Somewhere events come from: a site, an app, a server. */
export interface EventSource {
  readonly name: string
  /** Sent along with every event. It can be read in the page, so it lets in and does not protect. */
  readonly writeKey: string
  /** Origins whose pages may send, like `https://shop.example`; `*` lets every page. Servers send without one. */
  readonly origins: readonly string[]
}

export const newWriteKey = (): string => `wk_${randomBytes(18).toString('base64url')}`

export interface EventSources {
  byKey(writeKey: string): EventSource | undefined
  /** Whether a page of this origin may ask at all: a browser asks before it says which source it sends to. */
  letIn(origin: string): boolean
}

/** Looks sources up in a list that may be another one at any time. */
export function createEventSources(current: () => readonly EventSource[]): EventSources {
  let known: readonly EventSource[] = []
  let byKey = new Map<string, EventSource>()
  const refresh = () => {
    if (known === current()) return
    known = current()
    byKey = new Map(known.map((source) => [source.writeKey, source]))
  }
  return {
    byKey(writeKey) {
      refresh()
      return byKey.get(writeKey)
    },
    letIn: (origin) => current().some((source) => isOriginOf(source, origin)),
  }
}

export const isOriginOf = ({ origins }: EventSource, origin: string): boolean =>
  origins.includes('*') || origins.includes(origin)
