import { chosenConsent, isSameConsent, storedConsent } from './consent.ts'
import { type Circumstances, describeEvent } from './describe-event.ts'
import { createEventQueue } from './event-queue.ts'
import { onAddressChange } from './page-changes.ts'
import { keepSource, keptSource, pageSource, type SessionSource, withoutClickIds } from './session-source.ts'
import type { ConsentChoice, Sillage } from './sillage.d.ts'
import { forgetVisitor, visitorId } from './visitor-id.ts'

/** What a page asked for before the script came: the name of a function and what it was given. */
export type EarlyCall = readonly [keyof Sillage, ArrayLike<unknown>]

/** Begins to track the page and puts its functions in the place of those that only remembered. */
export function startTracker(script: HTMLScriptElement, early: readonly EarlyCall[]): void {
  const { key = '', domain, pages } = script.dataset
  const queue = createEventQueue(new URL(`v1/events?key=${encodeURIComponent(key)}`, script.src).href)
  const page = pageSource()
  let consent = storedConsent()
  let customerId: string | undefined
  let referrer: string | undefined = document.referrer
  let isLandingTold = false

  const isGranted = () => consent.consent_analytics === 'granted'

  const sessionSource = (name: string): SessionSource | undefined => {
    if (isGranted()) {
      const source = page ?? keptSource()
      keepSource(source)
      return source
    }
    // Without consent nothing links events: the landing says where the visit came from, the others do not.
    if (isLandingTold || name !== 'page_view' || page === undefined) return undefined
    isLandingTold = true
    return withoutClickIds(page)
  }

  const track = (name: string, fields: Readonly<Record<string, unknown>> = {}) => {
    if (typeof fields.customerId === 'string') customerId = fields.customerId
    const circumstances: Circumstances = {
      consent,
      isGranted: isGranted(),
      visitorId: isGranted() ? visitorId(domain) : undefined,
      customerId,
      referrer,
      source: sessionSource(name),
    }
    queue.push(describeEvent(name, fields, circumstances))
    if (name === 'purchase') queue.flush()
  }

  const forget = () => {
    forgetVisitor(domain)
    keepSource(undefined)
    queue.clear()
  }

  const actions: Record<keyof Sillage, (...given: never[]) => void> = {
    track,
    consent: (choice: ConsentChoice) => {
      const before = consent
      consent = chosenConsent(before, choice)
      if (isSameConsent(before, consent)) return
      queue.keep(isGranted())
      if (!isGranted()) forget()
      track('consent_change')
    },
    identify: (id: string) => {
      customerId = id
    },
    reset: () => {
      customerId = undefined
    },
  }
  const replay = ([name, given]: EarlyCall) => actions[name]?.(...(Array.from(given) as never[]))
  const isTrack = ([name]: EarlyCall) => name === 'track'

  const begin = () => {
    queue.keep(isGranted())
    if (consent.consent_analytics === 'denied') forget()
    // A choice made before the script came counts for the first page view already.
    for (const call of early) if (!isTrack(call)) replay(call)
    if (pages !== 'manual') {
      track('page_view')
      onAddressChange((before) => {
        referrer = before
        track('page_view')
      })
    }
    for (const call of early) if (isTrack(call)) replay(call)
    window.sillage = actions as unknown as Sillage
  }

  // A page loaded ahead in case the visitor goes there is not viewed yet.
  if ((document as { prerendering?: boolean }).prerendering)
    document.addEventListener('prerenderingchange', begin, { once: true })
  else begin()
}
