import type { Language, Translated } from '../../contracts/metrics.ts'

export interface ChannelLook {
  readonly name: Translated
  /** Colour on light and on dark paper. */
  readonly light: string
  readonly dark: string
}

const look = (en: string, fr: string, light: string, dark: string): ChannelLook => ({
  name: { en, fr },
  light,
  dark,
})

/**
 * Names and botanical colours, fixed per channel on every page. Those of the usual channels were searched for the
 * largest seen distance under normal and colour-blind vision; a test holds it.
 */
export const channelLooks: Readonly<Record<string, ChannelLook>> = {
  'All marketing': look('All marketing', 'Marketing général', '#a39c8b', '#8d988f'),
  Direct: look('Direct', 'Accès direct', '#8a8580', '#b7b5a4'),
  'Cross-network': look('Cross-network', 'Multi-réseaux', '#5656b0', '#7188e4'),
  'Paid Shopping': look('Paid Shopping', 'Shopping payant', '#c58300', '#fbbb43'),
  'Paid Search': look('Paid Search', 'Recherche payante', '#0b401e', '#2f7d47'),
  'Paid Social': look('Paid Social', 'Réseaux sociaux payants', '#8f4760', '#bb718f'),
  'Paid Video': look('Paid Video', 'Vidéo payante', '#c77b6b', '#e0a191'),
  Display: look('Display', 'Display', '#9a6b45', '#c39770'),
  'Paid Other': look('Paid Other', 'Autre payant', '#7d7f3a', '#aeb064'),
  Influencer: look('Influencer', 'Influence', '#5d2a6c', '#7c4791'),
  'Organic Shopping': look('Organic Shopping', 'Shopping naturel', '#d9b35c', '#efd391'),
  'Organic Social': look('Organic Social', 'Réseaux sociaux naturels', '#d9a3b3', '#ecc3cf'),
  'Organic Video': look('Organic Video', 'Vidéo naturelle', '#a8647f', '#cb91a8'),
  'Organic Search': look('Organic Search', 'Recherche naturelle', '#91b68d', '#c8eec3'),
  'AI Assistant': look('AI Assistant', 'Assistants IA', '#7487c4', '#a4b4e6'),
  Email: look('Email', 'E-mail', '#4a91d1', '#75bdff'),
  Affiliates: look('Affiliates', 'Affiliation', '#5d4630', '#a98a6a'),
  Referral: look('Referral', 'Sites référents', '#3f9d92', '#76cbc0'),
  Audio: look('Audio', 'Audio', '#b58aa5', '#d5b2c8'),
  SMS: look('SMS', 'SMS', '#9cc4e6', '#b9dcf5'),
  'Mobile Push': look('Mobile Push', 'Notifications', '#24566f', '#4d8bab'),
  Unassigned: look('Unassigned', 'Non classé', '#b0aa9b', '#7d8a80'),
  Unattributed: look('Unattributed', 'Non attribué', '#c9c3b4', '#5f6d64'),
}

const platformNames: Readonly<Record<string, string>> = {
  google: 'Google',
  facebook: 'Facebook',
  instagram: 'Instagram',
  tiktok: 'TikTok',
  youtube: 'YouTube',
  pinterest: 'Pinterest',
  microsoft: 'Microsoft',
  chatgpt: 'ChatGPT',
  duckduckgo: 'DuckDuckGo',
}

export const channelName = (channel: string, language: Language): string =>
  channelLooks[channel]?.name[language] ?? channel

export const channelColour = (channel: string, theme: 'light' | 'dark'): string =>
  channelLooks[channel]?.[theme] ?? (theme === 'light' ? '#b0aa9b' : '#7d8a80')

export const platformName = (platform: string): string =>
  platformNames[platform] ?? (platform === '' ? '' : platform.charAt(0).toUpperCase() + platform.slice(1))

/** Shortest name people use: “Instagram” for paid social there, “Influencer · YouTube”, “Paid Search”. */
export function placeName(row: { channel: string; platform: string }, language: Language): string {
  const platform = platformName(row.platform)
  if (platform === '' || row.platform === 'google') return channelName(row.channel, language)
  if (row.channel === 'Paid Social') return platform
  return `${channelName(row.channel, language)} · ${platform}`
}
