import type { Health } from '../../../contracts/data-health.ts'
import { Badge } from '../components/badge.tsx'
import { Answered } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { useApi } from '../state/api-client.ts'
import { queryOf, useView } from '../state/view-context.ts'
import { ReconciliationPanel, TrafficPanel } from './health-accounts.tsx'
import { DeliveriesPanel, QuarantinePanel, RunsPanel, SourcesPanel } from './health-arrivals.tsx'
import { HeldPanel, HygienePanel, TestsPanel } from './health-findings.tsx'
import { LogPanels } from './health-log.tsx'

/** May the numbers be trusted: is everything here, accounted for and audited? */
export function HealthPage() {
  const state = useView()
  const query = queryOf(state)
  const answer = useApi<Health>(`/api/health?${query}`)
  return (
    <Answered answer={answer} lines={12}>
      {(health) => <HealthBody health={health} query={query} />}
    </Answered>
  )
}

function HealthBody({ health, query }: { health: Health; query: string }) {
  const { text, format } = useSpeech()
  const { tests } = health
  const open = health.quarantine.reduce((sum, row) => sum + row.open, 0)
  return (
    <>
      <div className="headline headline-small">
        <h1>{text.health.lead(open + tests.failed)}</h1>
        <p className="headline-foot">
          {tests.checkedAt === null ? (
            text.health.noAudit
          ) : (
            <>
              <Badge tone={tests.failed > 0 ? 'bad' : 'good'}>
                {tests.failed > 0
                  ? text.health.auditFailed(format.count(tests.failed))
                  : text.health.auditPassed(format.count(tests.passed))}
              </Badge>{' '}
              {format.instant(tests.checkedAt)}
            </>
          )}
        </p>
      </div>
      <SourcesPanel health={health} />
      <div className="columns columns-even">
        <ReconciliationPanel health={health} query={query} />
        <TrafficPanel health={health} query={query} />
      </div>
      <div className="columns columns-even">
        <QuarantinePanel health={health} />
        <TestsPanel health={health} />
      </div>
      <div className="columns columns-even">
        <HygienePanel health={health} />
        <HeldPanel health={health} />
      </div>
      <LogPanels />
      <RunsPanel health={health} />
      <DeliveriesPanel health={health} />
    </>
  )
}
