import { type Static, Type } from 'typebox'

const amount = Type.Number({ minimum: 0 })

/** Schema of `shop.json`. */
export const shopSchema = Type.Object({
  id: Type.String({ pattern: '^[a-z0-9-]+$' }),
  name: Type.String({ minLength: 1 }),
  timeZone: Type.String({ minLength: 1 }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  /** Absent in files written before shops had one. */
  country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
  hosts: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z0-9.-]+$' }))),
  costs: Type.Optional(
    Type.Object({
      shipping: Type.Optional(amount),
      packaging: Type.Optional(amount),
      paymentFeeRate: Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 1 })),
      paymentFeeFixed: Type.Optional(amount),
    }),
  ),
  /** Where events come from; absent until the first is made. */
  sources: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String({ pattern: '^[a-z0-9-]+$' }),
        writeKey: Type.String({ minLength: 8 }),
        origins: Type.Array(Type.String({ pattern: '^(\\*|https?://[^/]+)$' })),
      }),
    ),
  ),
  origin: Type.Union([Type.Literal('demo'), Type.Literal('real')]),
  secretFingerprint: Type.String({ minLength: 1 }),
  createdAt: Type.String({ minLength: 1 }),
  demo: Type.Optional(
    Type.Object({
      size: Type.String(),
      seed: Type.Integer(),
      isSimulated: Type.Boolean(),
      endDate: Type.String(),
    }),
  ),
})

/** What `shop.json` says of a data folder: whose it is, and whether its data is simulated. */
export type ShopFile = Static<typeof shopSchema>

export type NewShop = Pick<
  ShopFile,
  'name' | 'timeZone' | 'currency' | 'origin' | 'demo' | 'hosts' | 'costs' | 'sources'
> & {
  readonly country: string
}
