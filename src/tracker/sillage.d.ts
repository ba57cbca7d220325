/** What the script `sillage.js` offers to the pages of a shop. Copy this file to a TypeScript project to use it there. */
export interface Sillage {
  /** Tells of something a visitor did. Page views are sent by themselves, also when a page changes its address. */
  track<Name extends keyof EventFields>(name: Name, ...fields: FieldsOf<Name>): void
  /** The visitor's choice, whenever it is known or changes. Until then nothing is stored and no identifier is sent. */
  consent(choice: ConsentChoice): void
  /** The customer who is logged in on this page; kept for the page only. */
  identify(customerId: string): void
  /** Forgets the customer, at logout. */
  reset(): void
}

/** A purpose that is not named stays as it was. */
export interface ConsentChoice {
  readonly analytics?: boolean
  /** All three purposes below at once. */
  readonly ads?: boolean
  readonly adsStorage?: boolean
  readonly adsUserData?: boolean
  readonly adsPersonalisation?: boolean
}

export interface Money {
  /** In units of the currency, like 24.9. */
  readonly value?: number | string
  /** ISO 4217, like `EUR`. */
  readonly currency?: string
}

export interface Product extends Money {
  readonly sku: string
}

export interface Person {
  readonly customerId?: string
  /** Kept only as a keyed hash, and only with consent. */
  readonly email?: string
}

export interface EventFields {
  page_view: { readonly pageUrl?: string; readonly pageTitle?: string }
  product_view: Product
  add_to_cart: Product & { readonly quantity?: number }
  remove_from_cart: Product & { readonly quantity?: number }
  begin_checkout: Money & Person
  purchase: Money & Person & { readonly transactionId: string; readonly discountCode?: string }
  search: { readonly searchTerm: string }
  sign_up: Person
  login: Person
}

type FieldsOf<Name extends keyof EventFields> =
  Record<never, never> extends EventFields[Name] ? [fields?: EventFields[Name]] : [fields: EventFields[Name]]

declare global {
  const sillage: Sillage
  interface Window {
    sillage: Sillage
  }
}
