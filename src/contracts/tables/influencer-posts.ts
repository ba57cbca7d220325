import { count, currency, flag, money, oneOf, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const influencerPosts = defineContract({
  name: 'influencer_posts',
  description: 'One row per post of an influencer for the shop.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['post_id'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  columns: {
    post_id: text('Id of the post.', { maxLength: 128 }),
    influencer_id: text('Who posted.', { maxLength: 128 }),
    posted_at: timestamp('When.'),
    post_url: optional(text('Address of the post.', { maxLength: 2048 })),
    kind: optional(oneOf('Form.', ['post', 'story', 'reel', 'video', 'live'])),
    campaign_name: optional(text('utm_campaign in its link.', { maxLength: 512 })),
    fee: optional(money('Fee paid, without VAT.', { minimum: 0 })),
    gift_sku: optional(text('Product given.', { maxLength: 128 })),
    gift_quantity: optional(count('Units given.')),
    gift_postage: optional(money('Postage of the gift, without VAT.', { minimum: 0 })),
    currency: optional(currency()),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
