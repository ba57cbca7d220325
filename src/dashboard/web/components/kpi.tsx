import { type MetricId, metricChange, metrics, metricValue, type Sums } from '../../../contracts/metrics.ts'
import { useSpeech } from '../language/language-context.tsx'
import { ChangeNote } from './change-note.tsx'
import { Sparkline } from './sparkline.tsx'
import { Term } from './term.tsx'

interface KpiProps {
  metric: MetricId
  totals: Sums
  before: Sums | null
  trend?: readonly number[]
  size: 'large' | 'small'
}

/** One key figure: name with its formula, value, change with meaning, and for the large ones the trend. */
export function Kpi({ metric, totals, before, trend, size }: KpiProps) {
  const { format } = useSpeech()
  const now = metricValue(metric, totals)
  const earlier = before ? metricValue(metric, before) : null
  return (
    <div className={`kpi kpi-${size}`}>
      <div className="kpi-name">
        <Term metric={metric} />
      </div>
      <div className="kpi-value">{format.value(now, metrics[metric].unit)}</div>
      <div className="kpi-foot">
        {metricChange(metric, now, earlier) !== null && (
          <ChangeNote metric={metric} now={now} before={earlier} />
        )}
        {trend && <Sparkline values={trend} />}
      </div>
    </div>
  )
}
