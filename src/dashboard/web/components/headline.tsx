import type { Overview, Shop } from '../../../contracts/dashboard.ts'
import { placeName } from '../channels.ts'
import { useSpeech } from '../language/language-context.tsx'
import { useView } from '../state/view-context.ts'

/** Most places named in the sentence; the rest would drown it. */
const named = 2

/** The calculated sentence that opens the overview, or why there is none. */
export function HeadlineSentence({ overview, has }: { overview: Overview; has: Shop['has'] }) {
  const { language, text, format, unit } = useSpeech()
  const { view } = useView()
  const { headline, totals } = overview
  if (headline === null) {
    const reason = !has.orders
      ? text.states.noOrdersHint
      : !has.web
        ? text.states.noWebHint
        : totals.marketing_cost > 0
          ? text.headline.thin
          : text.headline.noCost
    const lead = !has.orders
      ? text.headline.trafficLead
      : has.cost
        ? text.headline.lead
        : text.headline.shopLead
    return (
      <div className="headline">
        <h1>{lead}</h1>
        <p className="headline-foot">{reason}</p>
      </div>
    )
  }
  const under = headline.underBreakEven.slice(0, named)
  const more = headline.underBreakEven.length - under.length
  const places = format.list([
    ...under.map((place) => placeName(place, language)),
    ...(more > 0 ? [text.headline.others(more)] : []),
  ])
  const amount = format.value(headline.returnPerUnit, 'per_unit')
  const [before, after] = text.headline.returned('\u0000', unit).split('\u0000')
  return (
    <div className="headline">
      <h1>
        {before}
        <mark className={headline.returnPerUnit < 1 ? 'is-bad' : 'is-good'}>{amount}</mark>
        {after}
        {text.headline.join}
        {under.length === 0 ? (
          text.headline.allAbove
        ) : (
          <span className="is-bad">{text.headline.under(places, under.length > 1)}</span>
        )}
        .
      </h1>
      <p className="headline-foot">
        {under[0] && `${text.headline.lost(placeName(under[0], language), format.money(under[0].lost, 0))} `}
        {headline.best &&
          `${text.headline.best(
            placeName(headline.best, language),
            format.value(headline.best.returnPerUnit, 'per_unit'),
            unit,
          )} `}
        <em>{text.creditNote(text.models[view.model])}</em>
      </p>
    </div>
  )
}
