import { createContext, useCallback, useContext, useEffect, useState } from 'react'
import type { ApiError } from '../../../contracts/dashboard.ts'

/** How pages reach the API; the gallery puts fixtures in its place. */
export type Fetcher = (path: string) => Promise<unknown>

/** Why a call has no answer: the API's code and words, or `unreachable` when no server answered at all. */
export class ApiFailure extends Error {
  readonly code: string
  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** @throws {ApiFailure} */
export const fetchJson: Fetcher = async (path) => {
  const response = await fetch(path, { headers: { accept: 'application/json' } }).catch((cause: Error) => {
    throw new ApiFailure('unreachable', cause.message, cause)
  })
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) return body
  const { code, message } = (body ?? {}) as Partial<ApiError>
  throw new ApiFailure(code ?? 'internal', message ?? `${response.status} ${response.statusText}`)
}

export const FetcherContext = createContext<Fetcher>(fetchJson)
/** Sequence of the published version; a new one makes every page ask again. */
export const VersionContext = createContext<number>(0)

export interface Answer<T> {
  readonly data: T | null
  readonly error: ApiFailure | null
  /** True on the first load and while `data` answers an earlier question. */
  readonly isLoading: boolean
  readonly retry: () => void
}

/** Asks the API; while a new question is under way the earlier answer stays, marked as loading. */
export function useApi<T>(path: string): Answer<T> {
  const fetcher = useContext(FetcherContext)
  const version = useContext(VersionContext)
  const [attempt, setAttempt] = useState(0)
  const key = `${version} ${attempt} ${path}`
  const [state, setState] = useState<{ key: string; data: T | null; error: ApiFailure | null }>({
    key: '',
    data: null,
    error: null,
  })
  useEffect(() => {
    let isCurrent = true
    fetcher(path).then(
      (data) => isCurrent && setState({ key, data: data as T, error: null }),
      (error: ApiFailure) => isCurrent && setState({ key, data: null, error }),
    )
    return () => {
      isCurrent = false
    }
  }, [fetcher, path, key])
  const retry = useCallback(() => setAttempt((count) => count + 1), [])
  const isLoading = state.key !== key
  return { data: state.data, error: isLoading ? null : state.error, isLoading, retry }
}
