import type { ReactNode } from 'react'
import { channelColour, channelName, placeName, platformName } from '../channels.ts'
import { useSpeech } from '../language/language-context.tsx'
import { useView } from '../state/view-context.ts'

/** A channel's colour beside two lines: a name, and what says more of it. */
export function Place({ channel, name, detail }: { channel: string; name: ReactNode; detail: ReactNode }) {
  const { theme } = useView()
  return (
    <span className="place">
      <i style={{ background: channelColour(channel, theme) }} />
      <span className="two-lines">
        {name}
        {detail !== '' && <small>{detail}</small>}
      </span>
    </span>
  )
}

/** A place by the name people use, with the channel or platform that the name leaves out. */
export function ChannelPlace({ row }: { row: { channel: string; platform: string } }) {
  const { language } = useSpeech()
  const isGoogle = row.platform === 'google'
  const isSocial = row.channel === 'Paid Social' && row.platform !== ''
  const detail = isGoogle ? platformName(row.platform) : isSocial ? channelName(row.channel, language) : ''
  return <Place channel={row.channel} name={placeName(row, language)} detail={detail} />
}
