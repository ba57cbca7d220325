import { count, country, currency, money, oneOf, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'
import { consentStates, webEventNames } from '../vocabulary.ts'

export const webEvents = defineContract({
  name: 'web_events',
  description: 'One row per event of a visitor on the shop’s site.',
  version: 1,
  kind: 'event',
  primaryKey: ['event_id'],
  eventTimeColumn: 'occurred_at',
  partitionBy: 'event_date',
  consentColumn: 'consent_analytics',
  optional: false,
  columns: {
    event_id: text('Unique id of the event, chosen by its sender.', { maxLength: 128 }),
    occurred_at: timestamp('When the event happened.'),
    event_name: oneOf('What the visitor did.', webEventNames),
    anonymous_id: optional(
      text('First-party id of the browser or app.', { maxLength: 128, personalData: 'identifier' }),
    ),
    customer_id: optional(
      text('Customer who is logged in, if any.', { maxLength: 128, personalData: 'identifier' }),
    ),
    email_hash: optional(
      text('E-mail typed at checkout or sign-up, as keyed hash.', {
        personalData: 'email',
        incoming: 'email',
      }),
    ),
    page_url: optional(text('Full address of the page.', { maxLength: 4096, personalData: 'address' })),
    page_title: optional(text('Title of the page.', { personalData: 'shared_text' })),
    referrer: optional(
      text('Address of the page the visitor came from.', { maxLength: 4096, personalData: 'address' }),
    ),
    utm_source: optional(
      text('Campaign source in the landing address.', { maxLength: 512, personalData: 'shared_text' }),
    ),
    utm_medium: optional(text('Campaign medium.', { maxLength: 512, personalData: 'shared_text' })),
    utm_campaign: optional(text('Campaign name.', { maxLength: 512, personalData: 'shared_text' })),
    utm_content: optional(text('Campaign content.', { maxLength: 512, personalData: 'shared_text' })),
    utm_term: optional(text('Campaign term.', { maxLength: 512, personalData: 'shared_text' })),
    utm_id: optional(
      text('Campaign id given by the shop or the platform.', { maxLength: 256, personalData: 'shared_text' }),
    ),
    gad_campaign_id: optional(
      text('Google’s campaign id in the landing address (gad_campaignid).', {
        maxLength: 256,
        personalData: 'shared_text',
      }),
    ),
    gclid: optional(text('Google click id.', { maxLength: 512, personalData: 'identifier' })),
    gbraid: optional(
      text('Google click id of app campaigns.', { maxLength: 512, personalData: 'identifier' }),
    ),
    wbraid: optional(
      text('Google click id of web-to-app campaigns.', { maxLength: 512, personalData: 'identifier' }),
    ),
    fbclid: optional(
      text('Meta click id; also on organic clicks.', { maxLength: 512, personalData: 'identifier' }),
    ),
    ttclid: optional(text('TikTok click id.', { maxLength: 512, personalData: 'identifier' })),
    msclkid: optional(text('Microsoft click id.', { maxLength: 512, personalData: 'identifier' })),
    ip_truncated: optional(
      text('IP address without its last part.', { maxLength: 64, personalData: 'ip', incoming: 'ip' }),
    ),
    user_agent: optional(
      text('Browser’s own description.', { maxLength: 2048, personalData: 'shared_text' }),
    ),
    device_type: optional(
      oneOf('Kind of device, when the source knows.', ['desktop', 'mobile', 'tablet', 'bot', 'other']),
    ),
    country: optional(country()),
    region: optional(text('Region of the visitor (ISO 3166-2 code where known).', { maxLength: 64 })),
    language: optional(text('Language of the browser.', { maxLength: 32 })),
    sku: optional(text('Product the event is about.', { maxLength: 128 })),
    quantity: optional(count('Units put in or taken out of the cart.')),
    value: optional(money('Value of the event in its currency.', { minimum: 0 })),
    currency: optional(currency()),
    transaction_id: optional(
      text('Order id of a purchase; the one id that a purchase keeps without consent.', {
        maxLength: 128,
        personalData: 'identifier',
        keptWithoutConsentOn: 'purchase',
      }),
    ),
    discount_code: optional(
      text('Code typed by the visitor.', { maxLength: 128, personalData: 'shared_text' }),
    ),
    search_term: optional(text('What the visitor searched on the site.', { personalData: 'free_text' })),
    consent_analytics: oneOf('Consent to analytics at the time of the event.', consentStates),
    consent_ads_storage: optional(oneOf('Consent to ad storage.', consentStates)),
    consent_ads_user_data: optional(oneOf('Consent to sending user data to ad platforms.', consentStates)),
    consent_ads_personalisation: optional(oneOf('Consent to ad personalisation.', consentStates)),
    browser: optional(text('Family of the browser, without version.', { maxLength: 64 })),
    operating_system: optional(text('Family of the operating system, without version.', { maxLength: 64 })),
  },
})
