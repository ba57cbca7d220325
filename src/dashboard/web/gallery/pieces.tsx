import type { ReactNode } from 'react'
import { metricIds } from '../../../contracts/metrics.ts'
import { channelColour, channelLooks, channelName } from '../channels.ts'
import { ChangeNote } from '../components/change-note.tsx'
import { CohortTable } from '../components/cohort-table.tsx'
import { DataTable } from '../components/data-table.tsx'
import { Kpi } from '../components/kpi.tsx'
import { Ledger } from '../components/ledger.tsx'
import { OwnData } from '../components/own-data.tsx'
import { Panel } from '../components/panel.tsx'
import { ProgressView } from '../components/progress-view.tsx'
import { ShareBar } from '../components/share-bar.tsx'
import { Sparkline } from '../components/sparkline.tsx'
import { EmptyState, ErrorState, LoadingState } from '../components/states.tsx'
import { Term } from '../components/term.tsx'
import { ApiFailure } from '../state/api-client.ts'
import type { Theme } from '../state/view-context.ts'
import { buildingStatus, failedStatus, waitingStatus } from './fixture-answers.ts'
import { cohorts, marketingRows } from './fixture-tables.ts'
import { shopDays, sumDays } from './fixture-world.ts'

const range = { from: '2026-08-24', to: '2026-11-21' }
const earlier = { from: '2026-05-26', to: '2026-08-23' }

/** Every component alone, in each of its states. */
export const pieces: Readonly<Record<string, (theme: Theme) => ReactNode>> = {
  'progress-building': () => <ProgressView status={buildingStatus} />,
  'progress-failed': () => <ProgressView status={failedStatus} />,
  'progress-waiting': () => <ProgressView status={waitingStatus} />,
  kpi: () => (
    <>
      <div className="kpis">
        <Kpi
          metric="net_revenue"
          totals={sumDays(shopDays(range))}
          before={sumDays(shopDays(earlier))}
          trend={shopDays(range).map(({ net_revenue }) => net_revenue)}
          size="large"
        />
        <Kpi
          metric="marketing_cost"
          totals={{ marketing_cost: 5400 }}
          before={{ marketing_cost: 4000 }}
          size="large"
        />
        <Kpi metric="mer" totals={{ net_revenue: 10, marketing_cost: 0 }} before={null} size="large" />
      </div>
      <p>
        <ChangeNote metric="net_revenue" now={110} before={100} /> ·{' '}
        <ChangeNote metric="marketing_cost" now={110} before={100} /> ·{' '}
        <ChangeNote metric="sessions" now={90} before={100} /> ·{' '}
        <ChangeNote metric="refund_rate" now={0.051} before={0.062} /> ·{' '}
        <ChangeNote metric="orders" now={100} before={100} /> ·{' '}
        <ChangeNote metric="orders" now={100} before={null} />
      </p>
    </>
  ),
  terms: () => (
    <ul>
      {metricIds.map((metric) => (
        <li key={metric}>
          <Term metric={metric} />
        </li>
      ))}
    </ul>
  ),
  states: () => (
    <div className="columns columns-even">
      <Panel title="Empty">
        <EmptyState />
      </Panel>
      <Panel title="Error">
        <ErrorState
          failure={new ApiFailure('lake.damaged', 'gold.mart_shop_daily could not be read')}
          retry={() => {}}
        />
      </Panel>
      <Panel title="Loading">
        <LoadingState />
      </Panel>
      <Panel title="Stale">
        <div className="is-updating">
          <EmptyState />
        </div>
      </Panel>
    </div>
  ),
  table: () => (
    <DataTable
      label="Channels"
      rows={marketingRows(range, 'linear')}
      rowKey={({ channel, platform }) => channel + platform}
      sums={(row) => row}
      sorting={{ column: 'cost', isDescending: true }}
      limit={6}
      columns={[
        {
          id: 'channel',
          heading: 'Channel',
          sortValue: ({ channel }) => channel,
          cell: ({ channel }) => channel,
        },
        { metric: 'cost' },
        {
          metric: 'contribution_return',
          emphasis: (value) => (value !== null && value < 1 ? 'bad' : undefined),
        },
      ]}
    />
  ),
  ledger: () => <Ledger sums={sumDays(shopDays(range))} />,
  cohorts: () => <CohortTable cohorts={cohorts()} label="Cohorts" />,
  'small-marks': () => (
    <>
      <Sparkline values={[3, 4, 2, 6, 7, 5, 8]} />
      <ShareBar
        parts={[
          { name: 'a', value: 7, colour: 'var(--line)' },
          { name: 'b', value: 2, colour: 'var(--accent)' },
        ]}
      />
      <OwnData />
    </>
  ),
  'channel-colours': (theme) => (
    <ul className="legend">
      {Object.keys(channelLooks).map((channel) => (
        <li key={channel}>
          <i style={{ background: channelColour(channel, theme) }} />
          {channelName(channel, 'en')}
        </li>
      ))}
    </ul>
  ),
}
