import type { RunSummary } from '../orchestration/run-pipeline.ts'
import { renderTable } from './rendered-table.ts'

/** What a run did: its stages, the audit, and of each failing test some of its rows. */
export function runText(summary: RunSummary): string {
  const stages = summary.stages.map(({ stage, seconds }) => `${stage} ${seconds.toFixed(1)} s`).join(' · ')
  const { passed, warned, failed } = summary.tests
  const audit = `Audit: ${passed} passed, ${warned} warned, ${failed} failed.`
  const lines = {
    published: [`Published ${summary.pointer}.`, stages, audit],
    unchanged: ['Nothing new since the last publication.', stages],
    audit_failed: ['The audit failed: nothing was published, the last version stays.', stages, audit],
    failed: ['The run failed.', stages],
  }[summary.status]
  for (const test of summary.failedTests) {
    lines.push(
      '',
      `✗ ${test.model}: ${test.test} (${test.failures} rows)${test.message ? ` ${test.message}` : ''}`,
    )
    if (test.sampleRows.length > 0)
      lines.push(
        renderTable(
          test.sampleColumns,
          test.sampleRows.map((row) => row.map((cell) => (cell === null ? null : String(cell).slice(0, 60)))),
        ),
      )
  }
  return lines.filter((line, i) => line !== '' || i > 0).join('\n')
}
