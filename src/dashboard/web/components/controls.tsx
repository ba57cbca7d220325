import { useEffect, useState } from 'react'
import { attributionModels, comparisons } from '../../../contracts/dashboard.ts'
import { useSpeech } from '../language/language-context.tsx'
import { daysBetween, isDate } from '../state/dates.ts'
import { type Preset, presets } from '../state/url-state.ts'
import { useView } from '../state/view-context.ts'

/** Days after which the newest data is called stale. */
export const staleAfterDays = 2

interface ControlsProps {
  /** Today in the shop's time zone, `YYYY-MM-DD`. */
  today: string
  isConnected: boolean
  problem: string | null
}

/** Dates, comparison and model: everything the numbers below depend on, all in the address. */
export function Controls({ today, isConnected, problem }: ControlsProps) {
  const { text, format } = useSpeech()
  const { view, range, shop, change } = useView()
  const [isCustom, setCustom] = useState(typeof view.dates !== 'string')
  useEffect(() => setCustom(typeof view.dates !== 'string'), [view.dates])
  const ageDays = shop.dataThrough === null ? 0 : daysBetween(shop.dataThrough, today)
  const isStale = shop.origin === 'real' && ageDays > staleAfterDays
  return (
    <section className="controls" aria-label={text.controls.group}>
      <label className="control">
        <span>{text.controls.dates}</span>
        <select
          value={isCustom ? 'custom' : String(view.dates)}
          onChange={({ target }) => {
            if (target.value === 'custom') setCustom(true)
            else change({ dates: target.value as Preset })
          }}
        >
          {presets.map((preset) => (
            <option key={preset} value={preset}>
              {text.presets[preset]}
            </option>
          ))}
          <option value="custom">{text.controls.custom}</option>
        </select>
      </label>
      {isCustom && <CustomDates key={`${range.from} ${range.to}`} />}
      {view.page !== 'health' && (
        <label className="control">
          <span>{text.controls.compare}</span>
          <select
            value={view.compare}
            onChange={({ target }) => change({ compare: target.value as (typeof comparisons)[number] })}
          >
            {comparisons.map((comparison) => (
              <option key={comparison} value={comparison}>
                {text.comparisons[comparison]}
              </option>
            ))}
          </select>
        </label>
      )}
      {view.page !== 'health' && shop.has.orders && shop.has.web && (
        <label className="control control-model">
          <span>{text.controls.model}</span>
          <select
            value={view.model}
            onChange={({ target }) => change({ model: target.value as (typeof attributionModels)[number] })}
          >
            {attributionModels.map((model) => (
              <option key={model} value={model}>
                {text.models[model]}
              </option>
            ))}
          </select>
        </label>
      )}
      <p className="through">
        <strong>{format.range(range.from, range.to)}</strong>
        {shop.dataThrough && (
          <span>{text.controls.through(format.date(shop.dataThrough), shop.timeZone)}</span>
        )}
        {isStale && <span className="is-bad">{text.controls.stale(ageDays)}</span>}
        {problem !== null && (
          <span className="is-bad" role="status" title={problem}>
            {text.controls.problem}
          </span>
        )}
        {!isConnected && (
          <span className="is-bad" role="status">
            {text.controls.offline}
          </span>
        )}
      </p>
    </section>
  )
}

function CustomDates() {
  const { text } = useSpeech()
  const { range, change } = useView()
  const [from, setFrom] = useState(range.from)
  const [to, setTo] = useState(range.to)
  const isValid = isDate(from) && isDate(to) && from <= to
  return (
    <form
      className="custom-dates"
      onSubmit={(event) => {
        event.preventDefault()
        if (isValid) change({ dates: { from, to } })
      }}
    >
      <label className="control">
        <span>{text.controls.from}</span>
        <input type="date" value={from} max={to} onChange={({ target }) => setFrom(target.value)} />
      </label>
      <label className="control">
        <span>{text.controls.to}</span>
        <input type="date" value={to} min={from} onChange={({ target }) => setTo(target.value)} />
      </label>
      <button type="submit" className="button" disabled={!isValid}>
        {text.controls.apply}
      </button>
    </form>
  )
}
