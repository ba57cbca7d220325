import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { type Metric, type MetricId, metrics } from '../../../contracts/metrics.ts'
import { useSpeech } from '../language/language-context.tsx'

const widthPx = 300

/** A metric's name that explains itself on hover, focus and tap. */
export function Term({ metric: id, children }: { metric: MetricId; children?: ReactNode }) {
  const { language, text } = useSpeech()
  const metric: Metric = metrics[id]
  const anchor = useRef<HTMLButtonElement>(null)
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null)
  const tooltipId = useId()
  const show = () => {
    const box = anchor.current?.getBoundingClientRect()
    if (!box) return
    const left = Math.max(12, Math.min(box.left, document.documentElement.clientWidth - widthPx - 12))
    setPlace({ left: left + window.scrollX, top: box.bottom + window.scrollY + 8 })
  }
  const hide = () => setPlace(null)
  useEffect(() => {
    if (place === null) return
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && setPlace(null)
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [place])
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className="term"
        aria-describedby={place ? tooltipId : undefined}
        onMouseEnter={show}
        onMouseLeave={hide}
        onFocus={show}
        onBlur={hide}
        onClick={show}
      >
        {children ?? metric.name[language]}
      </button>
      {place &&
        createPortal(
          <div id={tooltipId} role="tooltip" className="tooltip" style={{ ...place, width: widthPx }}>
            <strong>{metric.name[language]}</strong>
            <span className="tooltip-formula">= {metric.formula[language]}</span>
            <span>{metric.description[language]}</span>
            <small>
              {text.view[metric.view]}
              {metric.scope === 'marketing' && ` · ${text.creditNotCause}`}
            </small>
          </div>,
          document.body,
        )}
    </>
  )
}
