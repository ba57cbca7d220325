const recordsOf = (count: string): string => `${count} ${count === '1' ? 'record' : 'records'}`

/** Texts of the Live page. */
export const englishLive = {
  now: 'Live',
  headline: (visitors: string, isOne: boolean) =>
    isOne ? 'One visitor is in the shop' : `${visitors} visitors are in the shop`,
  withOrders: (orders: string, isOne: boolean) =>
    isOne ? ', one order in the last half hour' : `, ${orders}\u00a0orders in the last half hour`,
  quiet: 'Nobody is in the shop right now',
  quietSince: (time: string) =>
    `The last event came at ${time}. This page moves by itself as soon as someone comes.`,
  noTracker: 'Nothing has come from the shop’s pages',
  noTrackerHint: 'Put the tracker into the pages of your shop; the first session shows here a second later.',
  noTrackerSteps: (address: string) => [
    'This command shows the shop’s write key:',
    `With the key, ${address} shows the snippet: paste it before </head> of every page. Nothing is stored in the browser before the visitor agrees.`,
    'Open your shop in another tab: the session appears here.',
  ],
  sendsTo: (address: string) => `The collector takes events on ${address}.`,
  absent: 'This server does not follow the shop',
  absentHint:
    'It was started with the dashboard alone. Start it without --no-collect to take and count events:',
  stopped: 'Live counting has stopped',
  stoppedHint: 'What was counted stays; what is published is not affected.',
  catchingUp: 'Reading what came while nobody counted',
  catchingUpHint: (records: string) => `${recordsOf(records)} to go; the numbers grow until then.`,
  disconnected: 'Connection lost; trying again. These are the last numbers received.',
  paused: 'Paused: this is how it was.',
  pause: 'Pause',
  resume: 'Resume',
  lead: (perSecond: string, _perSecond: number, lag: string | null) =>
    lag === null
      ? `${perSecond} events per second`
      : `${perSecond} events per second, on this screen ${lag} after they were received`,
  figures: {
    visitorsNow: 'Visitors now',
    visitorsNowHint: 'with an event in the last 5 minutes',
    sessions: 'Sessions today',
    sessionsHint: (recent: string) => `${recent} began in the last 30 minutes`,
    orders: 'Orders today',
    ordersHint: (provisional: string) => `${provisional} provisional: not in the ledger`,
    ordersKnown: 'all in the ledger',
    revenue: 'Net revenue today',
    revenueHint: (expected: string) => `${expected} of it expected`,
  },
  rule: {
    ledger: (share: string, orders: string) =>
      `Expected net revenue is ${share} of what was paid, as in ${orders} recent orders of the ledger.`,
    vat: (share: string) =>
      `Expected net revenue is ${share} of what was paid: standard VAT taken off, refunds not known.`,
    none: 'Expected net revenue is what was paid: neither orders to learn from nor a VAT rate are known.',
  },
  minutesTitle: (time: string, amount: string) => `The last half hour was busiest at ${time}: ${amount}`,
  minutesQuiet: 'How busy was the last half hour?',
  minutesUnit: 'by the minute; a dot is an order; the last minute is under way',
  measure: 'Measure',
  measures: {
    visitors: 'Visitors',
    sessions: 'Sessions begun',
    events: 'Events',
    pageViews: 'Page views',
    productViews: 'Product views',
    carts: 'Put in the cart',
    orders: 'Orders',
    netRevenue: 'Expected net revenue',
    landings: 'Landings without consent',
  },
  minute: 'Minute',
  period: 'Period',
  today: 'Today',
  recent: 'Last 30 minutes',
  channelsTitle: (channel: string, hasRevenue: boolean) =>
    `${channel} brought the most ${hasRevenue ? 'net revenue' : 'sessions'}`,
  channelsQuestion: 'Which channels bring sessions and orders?',
  channelsUnit: 'Orders stand under the session they were made in: tracked, not attributed',
  campaignsTitle: 'Which campaigns bring them?',
  campaignsUnit: 'Campaign of the ad accounts, else the tag of the link',
  productsTitle: 'What are they looking at?',
  productsUnit: 'product views and carts',
  product: 'Product',
  ordersTitle: 'The last orders',
  ordersUnit: 'As the site reported them; who bought is not kept here',
  noOrders: 'No order has come since counting began.',
  noRows: 'Nothing in this period.',
  at: 'At',
  from: 'From',
  paid: 'Paid',
  withoutConsent: 'Without consent',
  other: 'All others',
  noRate: 'no exchange rate',
  devices: { desktop: 'Computer', mobile: 'Phone', tablet: 'Tablet', other: 'Other device' } as Record<
    string,
    string
  >,
  way: {
    title: 'From the shop’s page to this screen',
    unit: 'Every part of the way, as it is now',
    collector: 'Collector',
    log: 'Event log',
    layer: 'Live counts',
    lander: 'Lake',
    states: { running: 'works', waiting: 'waits', stopped: 'stopped', absent: 'not here' },
    accepted: (accepted: string, refused: string) =>
      `${accepted} ${accepted === '1' ? 'event' : 'events'} taken, ${refused} refused since the start`,
    kinds: { embedded: 'in the data folder', kafka: 'Kafka' } as Record<string, string>,
    behind: (records: string) => `${recordsOf(records)} to be read`,
    upToDate: 'nothing waits',
    lag: (median: string, p99: string) => `${median} after receipt, 99 of 100 within ${p99}`,
    noLag: 'nothing came in the last minute',
    landed: (time: string) => `last landed at ${time}`,
    unlanded: (records: string) => `${recordsOf(records)} to be landed`,
    notLanding: 'runs land what is in the log',
    split: (time: string) => `Totals are what was published at ${time}, and what the log has after.`,
    unpublished: 'Nothing is published; totals are what the log has.',
    setAside: (refused: string, crawlers: string, duplicates: string, late: string) =>
      `Not counted: ${refused} not valid, ${duplicates} repeated, ${crawlers} of robots. In the totals alone, having come long after their minute: ${late}.`,
    visitors: (published: string, live: string) =>
      `Visitors today: ${published} published, ${live} since; the same person may be in both.`,
  },
}

export type LiveDictionary = typeof englishLive
