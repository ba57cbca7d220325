import type { LiveView } from '../../../contracts/live.ts'
import { Panel } from '../components/panel.tsx'
import { EmptyState } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { ChannelMark } from './live-breakdowns.tsx'
import { useClock } from './use-clock.ts'

const shownOrders = 8

/** The newest orders with what brought them; nothing in it tells who bought. */
export function LiveOrders({ view }: { view: LiveView }) {
  const { text, format, language } = useSpeech()
  const clock = useClock()
  const { live } = text
  const { ratio, basis, orders } = view.netRevenueRule
  const share = format.share(ratio, 0)
  const rule = basis === 'none' ? live.rule.none : live.rule[basis](share, format.count(orders))
  const country = (code: string) =>
    code === ''
      ? ''
      : (new Intl.DisplayNames(language, { type: 'region', fallback: 'code' }).of(code) ?? code)
  return (
    <Panel title={live.ordersTitle} unit={live.ordersUnit} note={rule}>
      {view.orders.length === 0 ? (
        <EmptyState title={live.noOrders} hint="" />
      ) : (
        <ol className="live-orders">
          {view.orders.slice(0, shownOrders).map((order) => (
            <li key={`${order.at} ${order.value} ${order.channel}`}>
              <time dateTime={order.at}>{clock(order.at)}</time>
              <span>
                <ChannelMark channel={order.channel} />
                <small>
                  {[order.campaign, country(order.country), live.devices[order.device] ?? '']
                    .filter((part) => part !== '')
                    .join(' · ')}
                </small>
              </span>
              <strong>{order.value === null ? live.noRate : format.money(order.value, 2)}</strong>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}
