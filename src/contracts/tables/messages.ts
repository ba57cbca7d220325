import { count, currency, money, oneOf, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const messages = defineContract({
  name: 'messages',
  description: 'One row per sending of an e-mail or SMS campaign.',
  version: 1,
  kind: 'event',
  primaryKey: ['message_id'],
  eventTimeColumn: 'sent_at',
  columns: {
    message_id: text('Id of the sending.', { maxLength: 128 }),
    medium: oneOf('How it was sent.', ['email', 'sms']),
    campaign_name: text('Campaign as in its links’ utm_campaign.'),
    sent_at: timestamp('When it was sent.'),
    recipients: count('People it was sent to.'),
    cost: money('What the sending cost, without VAT.', { minimum: 0 }),
    currency: currency(),
  },
})
