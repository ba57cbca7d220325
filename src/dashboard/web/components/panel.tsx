import { type ReactNode, useId, useState } from 'react'
import { useSpeech } from '../language/language-context.tsx'

interface PanelProps {
  /** A finding or a question. */
  title: string
  /** What is counted, in which unit. */
  unit?: ReactNode
  /** Address of the same numbers as CSV. */
  csv?: string
  /** The same numbers as a table, when `children` is a chart. */
  table?: ReactNode
  controls?: ReactNode
  note?: ReactNode
  className?: string
  children: ReactNode
}

/** A titled part of a page: chart or table, with its unit, its table view and its CSV. */
export function Panel({ title, unit, csv, table, controls, note, className, children }: PanelProps) {
  const { text } = useSpeech()
  const [isTable, setTable] = useState(false)
  const headingId = useId()
  return (
    <section className={`panel ${className ?? ''}`} aria-labelledby={headingId}>
      <header className="panel-head">
        <div>
          <h2 id={headingId}>{title}</h2>
          {unit && <p className="unit">{unit}</p>}
        </div>
        <div className="panel-actions">
          {controls}
          {table && (
            <button
              type="button"
              className="link-button"
              aria-pressed={isTable}
              onClick={() => setTable(!isTable)}
            >
              {isTable ? text.table.chart : text.table.show}
            </button>
          )}
          {csv && (
            <a className="link-button" href={csv} download aria-label={text.table.csvOf(title)}>
              {text.table.csv}
            </a>
          )}
        </div>
      </header>
      {isTable ? table : children}
      {note && <p className="panel-note">{note}</p>}
    </section>
  )
}
