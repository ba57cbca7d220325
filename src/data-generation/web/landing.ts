import { catalog } from '../plan/catalog.ts'
import { influencers } from '../plan/influencer-plan.ts'
import {
  AFFILIATES,
  BRAND,
  campaignOf,
  campaigns,
  EMAIL,
  INFLUENCERS,
  levers,
  PMAX,
  SEARCH,
  SMS,
  VIDEO,
} from '../plan/levers.ts'
import type { MarketingPlan } from '../plan/marketing-plan.ts'
import { rehash, unit } from '../random.ts'
import { demoShop } from '../shop.ts'
import { DIRECT, entries } from '../world/behaviour.ts'
import type { Visits } from '../world/world.ts'

export const origin = `https://${demoShop.host}`

export interface Landing {
  readonly path: string
  /** Without "?"; empty when the address carries nothing. */
  readonly query: string
  readonly referrer: string
  readonly product: number
}

const assistants = ['https://chatgpt.com/', 'https://www.perplexity.ai/', 'https://gemini.google.com/']
const searchers = [
  'https://www.google.com/',
  'https://www.google.fr/',
  'https://www.bing.com/',
  'https://duckduckgo.com/',
  'https://www.ecosia.org/',
]
const networks = [
  'https://l.facebook.com/',
  'https://l.instagram.com/',
  'https://www.pinterest.fr/',
  'https://www.tiktok.com/',
  'https://www.instagram.com/',
]
const referrers = [
  'https://www.beautebioblog.example/',
  'https://forum.cosmeto.example/',
  'https://magazine-vert.example/article',
  'https://annuaire-bio.example/',
]
const hostsOfEntry = [[], searchers, searchers, networks, referrers, assistants]
const affiliates = [
  { source: 'codesbonheur', host: 'https://www.codesbonheur.example/' },
  { source: 'cashmalin', host: 'https://www.cashmalin.example/' },
]

/** The coupon site a buyer passes through just before paying. */
export function couponSite(occasion: number): { source: string; host: string } {
  return affiliates[rehash(occasion, 95) % affiliates.length]!
}

const articles = [
  'routine-visage-bio',
  'bien-choisir-son-huile',
  'lire-une-etiquette-inci',
  'peau-sensible-hiver',
]

function clickId(prefix: string, occasion: number): string {
  return `${prefix}${rehash(occasion, 96).toString(36)}${rehash(occasion, 97).toString(36)}`
}

/** Campaign (index into `campaigns`) that a paid visit came through. */
export function campaignOfVisit(lever: number, occasion: number): number {
  return campaignOf(lever, unit(rehash(occasion, 94)))
}

interface Arrival {
  readonly occasion: number
  /** Uniform draw that chooses the page, hash that chooses the rest. */
  readonly pageDraw: number
  readonly which: number
  readonly product: number
  readonly productPath: string
}

/** Where a visit lands and what its first address gives away. */
export function landingOf(plan: MarketingPlan, visits: Visits, index: number): Landing {
  const occasion = visits.occasion[index]!
  const lever = visits.lever[index]!
  const detail = visits.detail[index]!
  const product = rehash(occasion, 91) % (catalog.length - 1)
  const arrival: Arrival = {
    occasion,
    pageDraw: unit(rehash(occasion, 90)),
    which: rehash(occasion, 92),
    product,
    productPath: `/p/${catalog[product]!.slug}`,
  }
  if (lever < 0) return unledLanding(arrival, detail)
  if (lever === EMAIL || lever === SMS) return messageLanding(plan, arrival, lever, detail)
  if (lever === INFLUENCERS) return influencerLanding(plan, arrival, detail)
  if (lever === AFFILIATES) {
    const site = couponSite(occasion)
    return page(
      arrival,
      '/',
      `utm_source=${site.source}&utm_medium=affiliate&utm_campaign=contenu`,
      site.host,
    )
  }
  return lever <= VIDEO ? googleLanding(arrival, lever) : metaLanding(arrival, lever)
}

function page(arrival: Arrival, path: string, query: string, referrer: string): Landing {
  return { path, query, referrer, product: arrival.product }
}

function unledLanding(arrival: Arrival, entry: number): Landing {
  const { pageDraw, which, productPath } = arrival
  if (entry === DIRECT) return page(arrival, pageDraw < 0.62 ? '/' : productPath, '', '')
  const hosts = hostsOfEntry[entry]!
  const referrer = hosts[(which & 7) < 5 ? which % 2 : which % hosts.length]!
  const article = `/journal/${articles[which % articles.length]!}`
  const home = pageDraw < 0.7 ? '/' : productPath
  const path = entries[entry] === 'brand_search' ? home : pageDraw < 0.3 ? article : productPath
  if (referrer.includes('facebook'))
    return page(arrival, path, `fbclid=${clickId('IwAR', arrival.occasion)}`, referrer)
  // A link somebody printed years ago: its campaign is in no ad account.
  if (entries[entry] === 'referral' && which % 37 === 0)
    return page(arrival, '/', 'utm_source=magazine&utm_medium=cpc&utm_campaign=partenariat_2022', '')
  return page(arrival, path, '', referrer)
}

function messageLanding(plan: MarketingPlan, arrival: Arrival, lever: number, detail: number): Landing {
  const sending = (lever === EMAIL ? plan.emails : plan.texts)[detail]!
  const medium = lever === SMS ? 'sms' : arrival.which % 23 === 0 ? 'e-mail' : 'email'
  const source = lever === SMS ? 'sms' : 'newsletter'
  const path = sending.promotion >= 0 ? '/offres' : arrival.pageDraw < 0.5 ? '/' : arrival.productPath
  return page(arrival, path, `utm_source=${source}&utm_medium=${medium}&utm_campaign=${sending.name}`, '')
}

function influencerLanding(plan: MarketingPlan, arrival: Arrival, detail: number): Landing {
  const post = plan.posts[detail]!
  const person = influencers[post.influencer]!
  return {
    path: `/p/${catalog[post.giftProduct]!.slug}`,
    query: `utm_source=${person.platform}&utm_medium=influencer&utm_campaign=${post.campaignName}&utm_content=${person.id}`,
    referrer: arrival.which % 3 === 0 ? `https://www.${person.platform}.com/` : '',
    product: post.giftProduct,
  }
}

function googleLanding(arrival: Arrival, lever: number): Landing {
  const { occasion, pageDraw, which, productPath } = arrival
  const campaign = campaigns[campaignOfVisit(lever, occasion)]!
  const click = `gclid=${clickId('Cj0KCQ', occasion)}`
  const referrer = lever === VIDEO ? 'https://www.youtube.com/' : 'https://www.google.com/'
  // Some redirects keep the click id and lose the campaign.
  if (which % 40 === 0) return page(arrival, productPath, click, referrer)
  const tags = `gad_source=1&gad_campaignid=${campaign.id}&${click}`
  const isTagged = lever === SEARCH || lever === BRAND
  const path = lever === BRAND ? '/' : lever === PMAX && pageDraw < 0.3 ? '/c/visage' : productPath
  const query = isTagged ? `utm_source=google&utm_medium=cpc&utm_campaign=${campaign.utm}&${tags}` : tags
  return page(arrival, path, query, referrer)
}

function metaLanding(arrival: Arrival, lever: number): Landing {
  const { occasion, which, productPath } = arrival
  const campaign = campaigns[campaignOfVisit(lever, occasion)]!
  const { platform } = levers[lever]!
  const referrer = platform === 'facebook' ? 'https://l.facebook.com/' : 'https://l.instagram.com/'
  // One landing page was rebuilt without its redirect's parameters: the click arrives bare.
  if (which % 45 === 0) return page(arrival, '/c/visage', '', referrer)
  const isMisspelt = campaign.utm === 'fb_prospection_bio' && which % 17 === 0
  const name = isMisspelt ? 'FB-Prospection-Bio' : campaign.utm
  const id = isMisspelt ? '' : `&utm_id=${campaign.id}`
  return page(
    arrival,
    productPath,
    `utm_source=${platform}&utm_medium=paid_social&utm_campaign=${name}${id}&fbclid=${clickId('IwAR', occasion)}`,
    referrer,
  )
}
