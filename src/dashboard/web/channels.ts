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

/** Names and botanical colours, fixed per channel on every page. */
export const channelLooks: Readonly<Record<string, ChannelLook>> = {
  Direct: look('Direct', 'Accès direct', '#8a8474', '#a8a292'),
  'Cross-network': look('Cross-network', 'Multi-réseaux', '#565b9e', '#8d93d6'),
  'Paid Shopping': look('Paid Shopping', 'Shopping payant', '#c0861a', '#e2b04c'),
  'Paid Search': look('Paid Search', 'Recherche payante', '#255c40', '#5fae82'),
  'Paid Social': look('Paid Social', 'Réseaux sociaux payants', '#c4557d', '#e58bab'),
  'Paid Video': look('Paid Video', 'Vidéo payante', '#6e2747', '#b5668a'),
  Display: look('Display', 'Display', '#9a6b45', '#c39770'),
  'Paid Other': look('Paid Other', 'Autre payant', '#7d7f3a', '#aeb064'),
  Influencer: look('Influencer', 'Influence', '#a183c2', '#c6aee0'),
  'Organic Shopping': look('Organic Shopping', 'Shopping naturel', '#d9b35c', '#efd391'),
  'Organic Social': look('Organic Social', 'Réseaux sociaux naturels', '#e0a0b2', '#f3c6d2'),
  'Organic Video': look('Organic Video', 'Vidéo naturelle', '#a8647f', '#cb91a8'),
  'Organic Search': look('Organic Search', 'Recherche naturelle', '#86b078', '#b3d6a6'),
  'AI Assistant': look('AI Assistant', 'Assistants IA', '#7487c4', '#a4b4e6'),
  Email: look('Email', 'E-mail', '#3a7fb5', '#74b0de'),
  Affiliates: look('Affiliates', 'Affiliation', '#5d4630', '#a98a6a'),
  Referral: look('Referral', 'Sites référents', '#3f9d92', '#76cbc0'),
  Audio: look('Audio', 'Audio', '#b58aa5', '#d5b2c8'),
  SMS: look('SMS', 'SMS', '#82b4d8', '#b5d9f2'),
  'Mobile Push': look('Mobile Push', 'Notifications', '#2c6583', '#5c9dbf'),
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
