import type { ShopSums } from '../../../contracts/metrics/measures.ts'
import type { MetricId } from '../../../contracts/metrics.ts'
import { useSpeech } from '../language/language-context.tsx'
import { Term } from './term.tsx'

export interface LedgerLine {
  readonly id:
    | 'gross'
    | 'discounts'
    | 'vat'
    | 'sales'
    | 'refunds'
    | 'net_revenue'
    | 'cogs'
    | 'fulfilment'
    | 'contribution'
    | 'ads'
    | 'influencers'
    | 'messages'
    | 'other'
    | 'profit'
  /** Signed: what the line adds to, or takes from, the line above. */
  readonly amount: number
  readonly isSubtotal: boolean
}

/** From gross sales to profit after marketing, or to contribution where no cost is known; the lines between two subtotals add up to their difference. */
export function ledgerLines(sums: ShopSums, hasCost = true): LedgerLine[] {
  const line = (id: LedgerLine['id'], amount: number, isSubtotal = false): LedgerLine => ({
    id,
    amount,
    isSubtotal,
  })
  const fulfilment = sums.cm1 - sums.contribution
  const lines = [
    line('gross', sums.gross, true),
    line('discounts', -sums.discounts),
    line('vat', -sums.vat),
    line('sales', sums.sales_ex_vat, true),
    line('refunds', -sums.refunds_ex_vat),
    line('net_revenue', sums.net_revenue, true),
    line('cogs', sums.cm1 - sums.net_revenue),
    line('fulfilment', -fulfilment),
    line('contribution', sums.contribution, true),
    line('ads', -sums.ad_spend),
    line('influencers', -sums.influencer_cost),
    line('messages', -sums.message_cost),
    line('other', -sums.other_marketing_cost),
    ...(hasCost ? [line('profit', sums.cm3, true)] : []),
  ]
  return lines.filter(({ amount, isSubtotal }) => isSubtotal || Math.abs(amount) >= 0.005)
}

const metricOf: Readonly<Partial<Record<LedgerLine['id'], MetricId>>> = {
  gross: 'gross',
  discounts: 'discounts',
  vat: 'vat',
  sales: 'sales_ex_vat',
  refunds: 'refunds',
  net_revenue: 'net_revenue',
  cogs: 'cogs',
  contribution: 'contribution',
  profit: 'cm3',
}

/** A line's name, with its formula where it is a metric. */
export function LedgerName({ id }: { id: LedgerLine['id'] }) {
  const { text } = useSpeech()
  const metric = metricOf[id]
  const name = text.overview.ledger[id]
  return metric === undefined ? name : <Term metric={metric}>{name}</Term>
}

/** The money's way from sales to profit, as a statement with bars. */
export function Ledger({ sums, hasCost = true }: { sums: ShopSums; hasCost?: boolean }) {
  const { format } = useSpeech()
  const gross = Math.max(sums.gross, 1)
  let level = 0
  return (
    <ol className="ledger">
      {ledgerLines(sums, hasCost).map(({ id, amount, isSubtotal }) => {
        const start = isSubtotal ? Math.min(0, amount) : Math.min(level, level + amount)
        level = isSubtotal ? amount : level + amount
        const width = (Math.abs(amount) / gross) * 100
        return (
          <li key={id} className={isSubtotal ? 'ledger-subtotal' : undefined}>
            <span className="ledger-name">
              <LedgerName id={id} />
            </span>
            <span className="ledger-amount">{format.money(amount, 0)}</span>
            <span className="ledger-track" aria-hidden="true">
              <i
                className={isSubtotal ? (amount < 0 ? 'bar-bad' : 'bar-total') : 'bar-part'}
                style={{ left: `${(Math.max(0, start) / gross) * 100}%`, width: `${Math.min(100, width)}%` }}
              />
            </span>
          </li>
        )
      })}
    </ol>
  )
}
