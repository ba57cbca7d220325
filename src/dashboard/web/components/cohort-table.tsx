import type { Cohort } from '../../../contracts/dashboard.ts'
import { useSpeech } from '../language/language-context.tsx'

const months = 12

/** Monthly first-order cohorts: customers, then the share ordering again in each later month; darker is more. */
export function CohortTable({ cohorts, label }: { cohorts: readonly Cohort[]; label: string }) {
  const { text, format } = useSpeech()
  const shown = cohorts.slice(-13)
  const shareOf = (cohort: Cohort, since: number) => {
    const cell = cohort.months.find(({ months_since }) => months_since === since)
    return cell && cohort.customers > 0 ? cell.active_customers / cohort.customers : null
  }
  const columns = Array.from({ length: months }, (_, index) => index + 1).filter((since) =>
    shown.some((cohort) => shareOf(cohort, since) !== null),
  )
  const top = Math.max(
    0.0001,
    ...shown.flatMap((cohort) => columns.map((since) => shareOf(cohort, since) ?? 0)),
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="table-scroll cohort-table" aria-label={label} tabIndex={0}>
      <table>
        <caption className="visually-hidden">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{text.overview.cohortMonth}</th>
            <th scope="col" className="number">
              {text.overview.month0}
            </th>
            {columns.map((since) => (
              <th key={since} scope="col" className="number">
                {text.overview.monthsLater(since)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((cohort) => (
            <tr key={cohort.cohort_month}>
              <th scope="row">{format.month(cohort.cohort_month)}</th>
              <td className="number">{format.count(cohort.customers)}</td>
              {columns.map((since) => {
                const share = shareOf(cohort, since)
                return (
                  <td
                    key={since}
                    className="number heat"
                    style={
                      share
                        ? { background: `rgb(var(--heat) / ${((share / top) * 0.42).toFixed(3)})` }
                        : undefined
                    }
                  >
                    {share === null ? '' : format.share(share, 0)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
