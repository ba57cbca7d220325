import type { Measure } from './measures.ts'

export type Language = 'en' | 'fr'
export type Translated = Readonly<Record<Language, string>>

/** A signed sum of measures, e.g. `[credited_contribution, -cost]`. */
export type Combination = readonly (Measure | `-${Measure}`)[]

/** `money` in shop currency; `per_unit` money per unit of money; `share` shown in percent. */
export type MetricUnit = 'money' | 'count' | 'fraction' | 'per_unit' | 'share'

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

export function additive(
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

export function ratio(
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

export const worse: Options = { direction: 'up_is_bad' }
export const neutral: Options = { direction: 'neutral' }
export const marketing: Options = { scope: 'marketing' }
export const marketingNeutral: Options = { scope: 'marketing', direction: 'neutral' }
export const marketingWorse: Options = { scope: 'marketing', direction: 'up_is_bad' }
