import { oneOf, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'
import { consentStates } from '../vocabulary.ts'

export const consents = defineContract({
  name: 'consents',
  description: 'One row per change of a customer’s consent to a purpose.',
  version: 1,
  kind: 'event',
  primaryKey: ['customer_id', 'purpose', 'changed_at'],
  eventTimeColumn: 'changed_at',
  columns: {
    customer_id: text('Customer who gave or withdrew consent.', {
      maxLength: 128,
      personalData: 'identifier',
    }),
    purpose: oneOf('What the consent is for.', [
      'email_marketing',
      'sms_marketing',
      'analytics',
      'ads_storage',
      'ads_user_data',
      'ads_personalisation',
    ]),
    state: oneOf('The consent from this moment on.', consentStates),
    changed_at: timestamp('When it changed.'),
  },
})
