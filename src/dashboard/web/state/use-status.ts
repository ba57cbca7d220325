import { useEffect, useState } from 'react'
import type { Status } from '../../../contracts/dashboard.ts'

export interface LiveStatus {
  readonly status: Status | null
  readonly isConnected: boolean
}

/** Follows the server's status stream; the browser reconnects by itself. */
export function useStatus(): LiveStatus {
  const [live, setLive] = useState<LiveStatus>({ status: null, isConnected: true })
  useEffect(() => {
    const events = new EventSource('/api/events')
    events.addEventListener('status', (event) => {
      setLive({ status: JSON.parse(event.data) as Status, isConnected: true })
    })
    events.addEventListener('error', () => setLive(({ status }) => ({ status, isConnected: false })))
    return () => events.close()
  }, [])
  return live
}
