import type { Measure } from './metrics/measures.ts'

export type Language = 'en' | 'fr'
export type Translated = Readonly<Record<Language, string>>

/** A signed sum of measures, e.g. `[credited_contribution, -cost]`. */
export type Combination = readonly (Measure | `-${Measure}`)[]

/** `money` in shop currency; `per_euro` money per unit of money; `share` shown in percent. */
export type MetricUnit = 'money' | 'count' | 'fraction' | 'per_euro' | 'share'

/** One number of the product: what it is called, how it is calculated and whether more of it is better. */
export interface Metric {
  readonly name: Translated
  readonly description: Translated
  readonly formula: Translated
  readonly unit: MetricUnit
  readonly kind: 'additive' | 'ratio'
  readonly numerator: Combination
  /** Empty for additive metrics. */
  readonly denominator: Combination
  /** Refunds on the order's own day, or on the day they were paid. */
  readonly view: 'order-date' | 'finance'
  readonly direction: 'up_is_good' | 'up_is_bad' | 'neutral'
  /** The whole shop, or what an attribution model credits to a channel or campaign. */
  readonly scope: 'shop' | 'marketing'
}

type Text = readonly [en: string, fr: string]
type Options = Partial<Pick<Metric, 'view' | 'direction' | 'scope'>>

const translated = ([en, fr]: Text): Translated => ({ en, fr })

function additive(
  unit: MetricUnit,
  measure: Measure,
  name: Text,
  description: Text,
  formula: Text,
  options: Options = {},
): Metric {
  return {
    name: translated(name),
    description: translated(description),
    formula: translated(formula),
    unit,
    kind: 'additive',
    numerator: [measure],
    denominator: [],
    view: 'order-date',
    direction: 'up_is_good',
    scope: 'shop',
    ...options,
  }
}

function ratio(
  unit: MetricUnit,
  numerator: Combination,
  denominator: Combination,
  name: Text,
  description: Text,
  formula: Text,
  options: Options = {},
): Metric {
  return {
    ...additive(unit, 'sessions', name, description, formula, options),
    kind: 'ratio',
    numerator,
    denominator,
  }
}

const worse: Options = { direction: 'up_is_bad' }
const neutral: Options = { direction: 'neutral' }
const marketing: Options = { scope: 'marketing' }
const marketingNeutral: Options = { scope: 'marketing', direction: 'neutral' }
const marketingWorse: Options = { scope: 'marketing', direction: 'up_is_bad' }

/** The one home of metric names, formulas and meanings; the API, tooltips and the data dictionary read it. */
export const metrics = {
  gross: additive(
    'money',
    'gross',
    ['Gross sales', 'Ventes brutes'],
    [
      'What customers were charged before discounts: goods and shipping, VAT included.',
      'Ce que les clients auraient payé avant remises : produits et livraison, TVA comprise.',
    ],
    ['goods + shipping charged, VAT included', 'produits + livraison facturée, TVA comprise'],
  ),
  discounts: additive(
    'money',
    'discounts',
    ['Discounts', 'Remises'],
    [
      'Promotions and codes given on kept orders.',
      'Promotions et codes accordés sur les commandes conservées.',
    ],
    ['sum of discounts on kept orders', 'somme des remises des commandes conservées'],
    neutral,
  ),
  vat: additive(
    'money',
    'vat',
    ['VAT', 'TVA'],
    ['Value added tax contained in the sales.', 'Taxe sur la valeur ajoutée contenue dans les ventes.'],
    [
      'tax of the source, else g − g/(1 + rate) per line',
      'taxe de la source, sinon g − g/(1 + taux) par ligne',
    ],
    neutral,
  ),
  sales_ex_vat: additive(
    'money',
    'sales_ex_vat',
    ['Sales excl. VAT', 'Ventes HT'],
    ['Sales after discounts and VAT, before refunds.', 'Ventes après remises et TVA, avant remboursements.'],
    ['gross − discounts − VAT', 'brut − remises − TVA'],
  ),
  refunds: additive(
    'money',
    'refunds_ex_vat',
    ['Refunds', 'Remboursements'],
    ['Money given back, excl. VAT, on the day of the order.', 'Sommes rendues, HT, au jour de la commande.'],
    ['sum of refunds excl. VAT', 'somme des remboursements HT'],
    worse,
  ),
  net_revenue: additive(
    'money',
    'net_revenue',
    ['Net revenue', 'Chiffre d’affaires net'],
    [
      'What the shop keeps of its sales: after discounts, VAT and refunds.',
      'Ce que la boutique garde de ses ventes : après remises, TVA et remboursements.',
    ],
    ['gross − discounts − VAT − refunds', 'brut − remises − TVA − remboursements'],
  ),
  cogs: additive(
    'money',
    'cogs',
    ['Cost of goods', 'Coût des produits'],
    ['Purchase cost of the goods sold.', 'Coût d’achat des produits vendus.'],
    ['units × unit cost on the order’s day', 'unités × coût unitaire au jour de la commande'],
    worse,
  ),
  cm1: additive(
    'money',
    'cm1',
    ['Gross margin (CM1)', 'Marge brute (CM1)'],
    ['Net revenue less the cost of goods.', 'Chiffre d’affaires net moins le coût des produits.'],
    ['net revenue − cost of goods', 'chiffre d’affaires net − coût des produits'],
  ),
  shipping_cost: additive(
    'money',
    'shipping_cost',
    ['Shipping', 'Livraison'],
    ['What carriers charge the shop.', 'Ce que les transporteurs facturent à la boutique.'],
    ['sum of carrier costs', 'somme des coûts de transport'],
    worse,
  ),
  contribution: additive(
    'money',
    'contribution',
    ['Contribution', 'Contribution'],
    [
      'What orders leave before any marketing: the money marketing may spend.',
      'Ce que laissent les commandes avant tout marketing : l’argent que le marketing peut dépenser.',
    ],
    [
      'net revenue − goods − shipping − packaging − payment fees − returns (CM2)',
      'chiffre d’affaires net − produits − livraison − emballage − frais de paiement − retours (CM2)',
    ],
  ),
  marketing_cost: additive(
    'money',
    'marketing_cost',
    ['Marketing cost', 'Coût marketing'],
    [
      'Everything marketing costs: ads, influencers, messages, tools, agencies, creatives.',
      'Tout ce que coûte le marketing : publicité, influenceurs, messages, outils, agences, créations.',
    ],
    ['ads + influencers + messages + other costs', 'publicité + influenceurs + messages + autres coûts'],
    worse,
  ),
  cm3: additive(
    'money',
    'cm3',
    ['Profit after marketing', 'Profit après marketing'],
    [
      'What is left for rent, wages and profit once marketing is paid.',
      'Ce qui reste pour les loyers, les salaires et le bénéfice une fois le marketing payé.',
    ],
    ['contribution − marketing cost (CM3)', 'contribution − coût marketing (CM3)'],
  ),
  finance_net_revenue: additive(
    'money',
    'finance_net_revenue',
    ['Net revenue (finance)', 'Chiffre d’affaires net (finance)'],
    [
      'Net revenue with each refund on the day it was paid, as in the books.',
      'Chiffre d’affaires net, chaque remboursement compté le jour où il est payé, comme en comptabilité.',
    ],
    ['sales excl. VAT − refunds paid that day', 'ventes HT − remboursements payés ce jour-là'],
    { view: 'finance' },
  ),
  mer: ratio(
    'per_euro',
    ['net_revenue'],
    ['marketing_cost'],
    ['Revenue per euro (MER)', 'CA par euro (MER)'],
    [
      'Net revenue of the whole shop for each euro of marketing, whoever earned it.',
      'Chiffre d’affaires net de toute la boutique par euro de marketing, quelle qu’en soit l’origine.',
    ],
    ['net revenue ÷ total marketing cost', 'chiffre d’affaires net ÷ coût marketing total'],
  ),
  contribution_margin: ratio(
    'share',
    ['contribution'],
    ['net_revenue'],
    ['Contribution margin', 'Taux de contribution'],
    [
      'Share of net revenue left before marketing.',
      'Part du chiffre d’affaires net restant avant marketing.',
    ],
    ['contribution ÷ net revenue', 'contribution ÷ chiffre d’affaires net'],
  ),
  break_even_roas: ratio(
    'per_euro',
    ['net_revenue'],
    ['contribution'],
    ['Break-even ROAS', 'ROAS d’équilibre'],
    [
      'Net revenue a euro of spend must bring so that nothing is lost.',
      'Chiffre d’affaires net qu’un euro dépensé doit rapporter pour ne rien perdre.',
    ],
    ['net revenue ÷ contribution', 'chiffre d’affaires net ÷ contribution'],
    worse,
  ),
  orders: additive(
    'count',
    'orders_kept',
    ['Orders', 'Commandes'],
    [
      'Orders placed, not cancelled and not tests; a fully refunded order still counts.',
      'Commandes passées, ni annulées ni de test ; une commande entièrement remboursée compte encore.',
    ],
    ['placed − cancelled − tests', 'passées − annulées − tests'],
  ),
  orders_net_of_full_refunds: additive(
    'count',
    'orders_net_of_full_refunds',
    ['Orders not fully refunded', 'Commandes non remboursées'],
    [
      'Kept orders that were not refunded in full.',
      'Commandes conservées qui n’ont pas été remboursées en totalité.',
    ],
    ['orders − fully refunded orders', 'commandes − commandes entièrement remboursées'],
  ),
  units: additive(
    'count',
    'units',
    ['Units', 'Unités'],
    ['Items in kept orders.', 'Articles des commandes conservées.'],
    ['sum of quantities', 'somme des quantités'],
  ),
  order_value: ratio(
    'money',
    ['net_revenue'],
    ['orders_kept'],
    ['Average order', 'Panier moyen'],
    ['Net revenue per order.', 'Chiffre d’affaires net par commande.'],
    ['net revenue ÷ orders', 'chiffre d’affaires net ÷ commandes'],
  ),
  refund_rate: ratio(
    'share',
    ['refunds_ex_vat'],
    ['sales_ex_vat'],
    ['Refund rate', 'Taux de remboursement'],
    ['Share of sales given back.', 'Part des ventes remboursée.'],
    ['refunds ÷ sales excl. VAT', 'remboursements ÷ ventes HT'],
    worse,
  ),
  sessions: additive(
    'count',
    'sessions',
    ['Sessions', 'Sessions'],
    [
      'Visits of people who consented to analytics, robots left out; 30 minutes without activity end one.',
      'Visites des personnes ayant accepté la mesure, robots exclus ; 30 minutes sans activité y mettent fin.',
    ],
    ['consented, non-robot sessions', 'sessions consenties, hors robots'],
    neutral,
  ),
  page_views: additive(
    'count',
    'page_views',
    ['Page views', 'Pages vues'],
    ['Pages seen in consented sessions, robots left out.', 'Pages vues en session consentie, robots exclus.'],
    ['page views of consented sessions', 'pages vues des sessions consenties'],
    neutral,
  ),
  product_views: additive(
    'count',
    'product_views',
    ['Product views', 'Fiches produit vues'],
    [
      'Product pages seen in consented sessions, robots left out.',
      'Fiches produit vues en session consentie, robots exclus.',
    ],
    ['product views of consented sessions', 'fiches produit vues des sessions consenties'],
    neutral,
  ),
  conversion_rate: ratio(
    'share',
    ['orders_kept'],
    ['sessions'],
    ['Orders per session', 'Commandes par session'],
    [
      'All orders over consented sessions; orders of people who refused measurement are in the numerator only.',
      'Toutes les commandes sur les sessions consenties ; celles des personnes ayant refusé la mesure ne sont qu’au numérateur.',
    ],
    ['orders ÷ sessions', 'commandes ÷ sessions'],
  ),
  new_customers: additive(
    'count',
    'new_customers',
    ['New customers', 'Nouveaux clients'],
    [
      'People whose first kept order ever falls in these dates.',
      'Personnes dont la toute première commande conservée tombe dans ces dates.',
    ],
    ['customers with their first order', 'clients à leur première commande'],
  ),
  blended_cac: ratio(
    'money',
    ['marketing_cost'],
    ['new_customers'],
    ['Cost per new customer', 'Coût par nouveau client'],
    [
      'All marketing cost over all new customers, paid for or not (blended CAC).',
      'Tout le coût marketing sur tous les nouveaux clients, payés ou non (CAC global).',
    ],
    ['marketing cost ÷ new customers', 'coût marketing ÷ nouveaux clients'],
    worse,
  ),
  impressions: additive(
    'count',
    'impressions',
    ['Impressions', 'Impressions'],
    [
      'Times an ad was shown, as the platform reports it.',
      'Affichages d’une publicité, selon la plateforme.',
    ],
    ['sum over ad statistics', 'somme des statistiques publicitaires'],
    marketingNeutral,
  ),
  clicks: additive(
    'count',
    'clicks',
    ['Clicks', 'Clics'],
    ['Clicks on ads, as the platform reports them.', 'Clics sur les publicités, selon la plateforme.'],
    ['sum over ad statistics', 'somme des statistiques publicitaires'],
    marketingNeutral,
  ),
  channel_sessions: additive(
    'count',
    'sessions',
    ['Sessions', 'Sessions'],
    ['Consented, non-robot visits that began here.', 'Visites consenties, hors robots, commencées ici.'],
    ['sessions by channel of entry', 'sessions par canal d’entrée'],
    marketingNeutral,
  ),
  spend: additive(
    'money',
    'spend',
    ['Spend', 'Dépense'],
    [
      'Media money: ads, influencer fees, gifts and commissions, message sends.',
      'Dépense média : publicité, honoraires, cadeaux et commissions d’influenceurs, envois de messages.',
    ],
    ['ads + influencers + messages', 'publicité + influenceurs + messages'],
    marketingWorse,
  ),
  cost: additive(
    'money',
    'cost',
    ['Cost', 'Coût'],
    [
      'Spend plus tools, agencies and creatives that belong to the channel.',
      'Dépense plus les outils, agences et créations du canal.',
    ],
    ['spend + other marketing costs in scope', 'dépense + autres coûts marketing du périmètre'],
    marketingWorse,
  ),
  credited_orders: additive(
    'fraction',
    'credited_orders',
    ['Orders credited', 'Commandes attribuées'],
    [
      'Orders shared out over their touchpoints by the chosen model. Credit, not cause.',
      'Commandes réparties sur leurs points de contact par le modèle choisi. Crédit, pas cause.',
    ],
    ['sum of order credit', 'somme du crédit de commande'],
    marketing,
  ),
  credited_net_revenue: additive(
    'money',
    'credited_net_revenue',
    ['Revenue credited', 'CA attribué'],
    [
      'Net revenue shared out by the chosen model. Credit, not cause.',
      'Chiffre d’affaires net réparti par le modèle choisi. Crédit, pas cause.',
    ],
    ['sum of net revenue credit', 'somme du crédit de chiffre d’affaires net'],
    marketing,
  ),
  credited_contribution: additive(
    'money',
    'credited_contribution',
    ['Contribution credited', 'Contribution attribuée'],
    [
      'Contribution shared out by the chosen model. Credit, not cause.',
      'Contribution répartie par le modèle choisi. Crédit, pas cause.',
    ],
    ['sum of contribution credit', 'somme du crédit de contribution'],
    marketing,
  ),
  credited_new_customers: additive(
    'fraction',
    'credited_new_customers',
    ['New customers credited', 'Nouveaux clients attribués'],
    [
      'New customers shared out by the chosen model. Credit, not cause.',
      'Nouveaux clients répartis par le modèle choisi. Crédit, pas cause.',
    ],
    ['sum of new-customer credit', 'somme du crédit de nouveaux clients'],
    marketing,
  ),
  roas: ratio(
    'per_euro',
    ['credited_net_revenue'],
    ['spend'],
    ['ROAS', 'ROAS'],
    ['Net revenue credited per euro of spend.', 'Chiffre d’affaires net attribué par euro dépensé.'],
    ['revenue credited ÷ spend', 'CA attribué ÷ dépense'],
    marketing,
  ),
  croas: ratio(
    'per_euro',
    ['credited_contribution'],
    ['spend'],
    ['Contribution ROAS', 'ROAS de contribution'],
    ['Contribution credited per euro of spend.', 'Contribution attribuée par euro dépensé.'],
    ['contribution credited ÷ spend', 'contribution attribuée ÷ dépense'],
    marketing,
  ),
  contribution_return: ratio(
    'per_euro',
    ['credited_contribution'],
    ['cost'],
    ['Return per euro', 'Retour par euro'],
    [
      'Contribution credited for each euro of cost; under 1 the money did not come back.',
      'Contribution attribuée pour chaque euro de coût ; sous 1, l’argent n’est pas revenu.',
    ],
    ['contribution credited ÷ cost', 'contribution attribuée ÷ coût'],
    marketing,
  ),
  roi: ratio(
    'share',
    ['credited_contribution', '-cost'],
    ['cost'],
    ['ROI', 'ROI'],
    [
      'Contribution credited beyond the cost, as a share of the cost; 0 % is break-even.',
      'Contribution attribuée au-delà du coût, en part du coût ; 0 % est l’équilibre.',
    ],
    ['(contribution credited − cost) ÷ cost', '(contribution attribuée − coût) ÷ coût'],
    marketing,
  ),
  credited_profit: {
    ...additive(
      'money',
      'credited_contribution',
      ['Left after cost', 'Reste après coût'],
      [
        'Contribution credited less what the channel cost; below zero the money did not come back.',
        'Contribution attribuée moins le coût du canal ; sous zéro, l’argent n’est pas revenu.',
      ],
      ['contribution credited − cost', 'contribution attribuée − coût'],
      marketing,
    ),
    numerator: ['credited_contribution', '-cost'],
  },
  cost_per_order: ratio(
    'money',
    ['cost'],
    ['credited_orders'],
    ['Cost per order', 'Coût par commande'],
    ['Cost for each order credited.', 'Coût de chaque commande attribuée.'],
    ['cost ÷ orders credited', 'coût ÷ commandes attribuées'],
    marketingWorse,
  ),
  paid_cac: ratio(
    'money',
    ['cost'],
    ['credited_new_customers'],
    ['Paid CAC', 'CAC payant'],
    ['Cost for each new customer credited.', 'Coût de chaque nouveau client attribué.'],
    ['cost ÷ new customers credited', 'coût ÷ nouveaux clients attribués'],
    marketingWorse,
  ),
  click_rate: ratio(
    'share',
    ['clicks'],
    ['impressions'],
    ['Click rate', 'Taux de clic'],
    ['Share of impressions clicked.', 'Part des impressions cliquées.'],
    ['clicks ÷ impressions', 'clics ÷ impressions'],
    marketing,
  ),
} as const satisfies Record<string, Metric>

export type MetricId = keyof typeof metrics
export const metricIds = Object.keys(metrics) as MetricId[]

/** Sums of measures at one grain; a measure the source never gave is absent. */
export type Sums = Readonly<Partial<Record<Measure, number | null>>>

/** The metric's value from sums at the grain shown: null where a measure is absent or the denominator is not above zero. */
export function metricValue(id: MetricId, sums: Sums): number | null {
  const metric: Metric = metrics[id]
  const numerator = combined(metric.numerator, sums)
  if (metric.kind === 'additive' || numerator === null) return numerator
  const denominator = combined(metric.denominator, sums)
  return denominator === null || denominator <= 0 ? null : numerator / denominator
}

function combined(combination: Combination, sums: Sums): number | null {
  let total = 0
  for (const term of combination) {
    const sign = term.startsWith('-') ? -1 : 1
    const value = sums[term.replace('-', '') as Measure]
    if (value === undefined || value === null) return null
    total += sign * value
  }
  return total
}

/** What a change means for the shop, which is not its direction: a rising cost is bad. Below 0.5 % it is flat. */
export type Meaning = 'good' | 'bad' | 'neutral' | 'flat'

export interface Change {
  /** Relative to the earlier value; for shares the difference in points (0.01 is one point). */
  readonly amount: number
  readonly isPoints: boolean
  readonly meaning: Meaning
}

/** Compares a metric with its earlier value; null when either is missing or the earlier one is zero. */
export function metricChange(id: MetricId, now: number | null, before: number | null): Change | null {
  const metric: Metric = metrics[id]
  if (now === null || before === null) return null
  const isPoints = metric.unit === 'share'
  if (!isPoints && before === 0) return null
  const amount = isPoints ? now - before : (now - before) / Math.abs(before)
  const isFlat = Math.abs(amount) < (isPoints ? 0.0005 : 0.005)
  return { amount, isPoints, meaning: isFlat ? 'flat' : meaningOf(metric.direction, amount > 0) }
}

function meaningOf(direction: Metric['direction'], isUp: boolean): Meaning {
  if (direction === 'neutral') return 'neutral'
  return isUp === (direction === 'up_is_good') ? 'good' : 'bad'
}
