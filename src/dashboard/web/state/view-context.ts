import { createContext, useContext } from 'react'
import type { DateRange, Shop } from '../../../contracts/dashboard.ts'
import type { View } from './url-state.ts'

export type Theme = 'light' | 'dark'

/** The view in the address bar, its dates resolved, and the way to change it. */
export interface ViewState {
  readonly view: View
  readonly range: DateRange
  readonly shop: Shop
  readonly theme: Theme
  readonly change: (part: Partial<View>) => void
  readonly linkTo: (part: Partial<View>) => string
}

export const ViewContext = createContext<ViewState | null>(null)

export function useView(): ViewState {
  const state = useContext(ViewContext)
  if (state === null) throw new Error('web: a page was drawn outside its view')
  return state
}

/** The page's question as a query string for the API. */
export function queryOf({ view, range }: Pick<ViewState, 'view' | 'range'>): string {
  return new URLSearchParams({
    from: range.from,
    to: range.to,
    compare: view.compare,
    model: view.model,
  }).toString()
}
