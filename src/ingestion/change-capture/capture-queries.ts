import { topics } from '../../contracts/topics.ts'
import { openPostgres } from '../../database/postgres.ts'
import { type CaptureProgress, openCapture } from './capture-progress.ts'
import type { CaptureOptions, CaptureSummary } from './capture-source.ts'
import { upsertRecord } from './change-records.ts'
import { queryPage, requireChangedAt, settledUntil } from './query-changes.ts'

const rowsPerPage = 2_000

/**
 * Asks each table for the rows that changed since the last time, in the order of (time of change, key). Positions
 * are written after the rows are in the log: a stop in between sends some rows twice, which count once. Deletions
 * are not seen this way.
 */
export async function captureOnceByQueries(options: CaptureOptions): Promise<CaptureSummary> {
  const source = await openPostgres({ url: options.url })
  try {
    const progress = await openCapture(source, options, 'queries')
    for (const captured of progress.tables) requireChangedAt(captured)
    options.onConnected?.()
    const until = await settledUntil(source, options.settleMs ?? 0)
    for (const captured of progress.tables) {
      let cursor = progress.of(captured).cursor
      for (;;) {
        options.signal?.throwIfAborted()
        const page = await queryPage(source, captured, cursor, until, rowsPerPage)
        if (page.rows.length === 0) break
        await options.log.append(
          topics.crmChanges.name,
          page.rows.map((row) => upsertRecord(captured, row)),
        )
        cursor = page.cursor
        await progress.advance([
          {
            captured,
            records: page.rows.length,
            isCopied: true,
            ...(cursor === undefined ? {} : { cursor }),
          },
        ])
        if (page.rows.length < rowsPerPage) break
      }
    }
    return summaryOf(progress)
  } finally {
    await source.close()
  }
}

const summaryOf = (progress: CaptureProgress): CaptureSummary => ({
  records: progress.appended(),
  drift: progress.drift(),
})
