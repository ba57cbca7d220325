import { createContext, useContext, useEffect, useState } from 'react'
import type { LiveView } from '../../../contracts/live.ts'

export interface LiveConnection {
  /** The newest view; null before the first. */
  readonly view: LiveView | null
  readonly isConnected: boolean
}

/** Follows the live view until the returned function is called; the gallery puts fixtures in its place. */
export type FollowLive = (show: (connection: LiveConnection) => void) => () => void

/** The server sends every five seconds at least; longer silence is a connection that died without a word. */
const silenceMs = 15_000
const reopenMs = 2_000

/**
 * Follows the server's stream. It is opened again whenever it breaks, also when the server was away, and closed
 * while nobody looks at the tab.
 */
export const followServer: FollowLive = (show) => {
  let view: LiveView | null = null
  let events: EventSource | undefined
  let timer: number | undefined
  const later = (ms: number) => {
    clearTimeout(timer)
    timer = window.setTimeout(open, ms)
  }
  const close = () => {
    clearTimeout(timer)
    events?.close()
    events = undefined
  }
  function open() {
    if (events !== undefined) show({ view, isConnected: false })
    close()
    events = new EventSource('/api/live')
    events.addEventListener('live', (event) => {
      view = JSON.parse(event.data) as LiveView
      show({ view, isConnected: true })
      later(silenceMs)
    })
    events.addEventListener('error', () => {
      show({ view, isConnected: false })
      later(reopenMs)
    })
    later(silenceMs)
  }
  const onVisible = () => (document.hidden ? close() : open())
  document.addEventListener('visibilitychange', onVisible)
  if (!document.hidden) open()
  return () => {
    document.removeEventListener('visibilitychange', onVisible)
    close()
  }
}

export const LiveContext = createContext<FollowLive>(followServer)

/** The live view as it comes; while paused, as it was. */
export function useLive(isPaused: boolean): LiveConnection {
  const follow = useContext(LiveContext)
  const [connection, setConnection] = useState<LiveConnection>({ view: null, isConnected: true })
  useEffect(() => (isPaused ? undefined : follow(setConnection)), [follow, isPaused])
  return connection
}
