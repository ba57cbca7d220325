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
import { DIRECT } from '../world/behaviour.ts'
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

/** Where a visit lands and what its first address gives away. */
export function landingOf(plan: MarketingPlan, visits: Visits, index: number): Landing {
  const occasion = visits.occasion[index]!
  const lever = visits.lever[index]!
  const detail = visits.detail[index]!
  const pageDraw = unit(rehash(occasion, 90))
  const product = rehash(occasion, 91) % (catalog.length - 1)
  const productPath = `/p/${catalog[product]!.slug}`
  const which = rehash(occasion, 92)
  if (lever < 0) {
    if (detail === DIRECT) return page(pageDraw < 0.62 ? '/' : productPath, '', '', product)
    const host = [[], searchers, searchers, networks, referrers, assistants][detail]!
    const referrer = host[(which & 7) < 5 ? which % 2 : which % host.length]!
    const path =
      detail === 1
        ? pageDraw < 0.7
          ? '/'
          : productPath
        : pageDraw < 0.3
          ? `/journal/${articles[which % 4]!}`
          : productPath
    const isFacebook = referrer.includes('facebook')
    return page(path, isFacebook ? `fbclid=${clickId('IwAR', occasion)}` : '', referrer, product)
  }
  if (lever === EMAIL || lever === SMS) {
    const sending = (lever === EMAIL ? plan.emails : plan.texts)[detail]!
    const tags =
      lever === EMAIL
        ? `utm_source=newsletter&utm_medium=${which % 23 === 0 ? 'e-mail' : 'email'}&utm_campaign=${sending.name}`
        : `utm_source=sms&utm_medium=sms&utm_campaign=${sending.name}`
    return page(sending.promotion >= 0 ? '/offres' : pageDraw < 0.5 ? '/' : productPath, tags, '', product)
  }
  if (lever === INFLUENCERS) {
    const post = plan.posts[detail]!
    const person = influencers[post.influencer]!
    const tags = `utm_source=${person.platform}&utm_medium=influencer&utm_campaign=${post.campaignName}&utm_content=${person.id}`
    return page(
      `/p/${catalog[post.giftProduct]!.slug}`,
      tags,
      which % 3 === 0 ? `https://www.${person.platform}.com/` : '',
      post.giftProduct,
    )
  }
  if (lever === AFFILIATES) {
    const site = couponSite(occasion)
    return page(
      '/',
      `utm_source=${site.source}&utm_medium=affiliate&utm_campaign=contenu`,
      site.host,
      product,
    )
  }
  const campaign = campaigns[campaignOfVisit(lever, occasion)]!
  if (lever <= VIDEO) {
    const tags = `gad_source=1&gad_campaignid=${campaign.id}&gclid=${clickId('Cj0KCQ', occasion)}`
    if (which % 40 === 0)
      return page(productPath, `gclid=${clickId('Cj0KCQ', occasion)}`, 'https://www.google.com/', product)
    const isTagged = lever === SEARCH || lever === BRAND
    return page(
      lever === BRAND ? '/' : lever === PMAX && pageDraw < 0.3 ? '/c/visage' : productPath,
      isTagged ? `utm_source=google&utm_medium=cpc&utm_campaign=${campaign.utm}&${tags}` : tags,
      lever === VIDEO ? 'https://www.youtube.com/' : 'https://www.google.com/',
      product,
    )
  }
  const platform = levers[lever]!.platform
  const isMisspelt = campaign.utm === 'fb_prospection_bio' && which % 17 === 0
  const name = isMisspelt ? 'FB-Prospection-Bio' : campaign.utm
  const id = isMisspelt ? '' : `&utm_id=${campaign.id}`
  return page(
    productPath,
    `utm_source=${platform}&utm_medium=paid_social&utm_campaign=${name}${id}&fbclid=${clickId('IwAR', occasion)}`,
    platform === 'facebook' ? 'https://l.facebook.com/' : 'https://l.instagram.com/',
    product,
  )
}

function page(path: string, query: string, referrer: string, product: number): Landing {
  return { path, query, referrer, product }
}
