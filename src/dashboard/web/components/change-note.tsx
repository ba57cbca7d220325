import { type MetricId, metricChange, metrics } from '../../../contracts/metrics.ts'
import { useSpeech } from '../language/language-context.tsx'

interface ChangeNoteProps {
  metric: MetricId
  now: number | null
  before: number | null
  /** In a table the colour and arrow are seen and the word only read out. */
  isInTable?: boolean
}

/** A change with its direction (arrow) and its meaning (colour and word): a rising cost is not green. */
export function ChangeNote({ metric, now, before, isInTable = false }: ChangeNoteProps) {
  const { text, format } = useSpeech()
  const change = metricChange(metric, now, before)
  if (change === null) return <span className="change change-none">–</span>
  const against = text.change.against(format.value(before, metrics[metric].unit))
  const arrow = change.meaning === 'flat' ? '=' : change.amount > 0 ? '↗' : '↘'
  return (
    <span className={`change change-${change.meaning}`} title={against}>
      <span aria-hidden="true">{arrow}</span> {format.change(change)}
      {text.change[change.meaning] !== '' && (
        <em className={isInTable ? 'visually-hidden' : undefined}> {text.change[change.meaning]}</em>
      )}
      <span className="visually-hidden">, {against}</span>
    </span>
  )
}
