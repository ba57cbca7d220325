import { join } from 'node:path'
import { createDashboard } from '../dashboard/api/create-dashboard.ts'
import type { LiveFeed } from '../dashboard/api/live-stream.ts'
import { type Configuration, projectRoot } from './configuration.ts'
import { followLog } from './follow-log.ts'
import { listenError, type StartedBy } from './port-taken.ts'
import type { StageBoard } from './stage-board.ts'

export interface DashboardServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves the dashboard of the data folder. @throws {PlatformError} `port.taken` naming who has it. */
export async function serveDashboard(
  configuration: Configuration,
  board: StageBoard,
  { startedBy, live }: { startedBy: StartedBy; live?: LiveFeed },
): Promise<DashboardServer> {
  const { dataDir, host, port, hostNames } = configuration
  const log = followLog(configuration)
  const dashboard = await createDashboard({
    dataDir,
    webDir: join(projectRoot, 'dist', 'web'),
    progress: board,
    ...(live === undefined ? {} : { live }),
    ...(hostNames === undefined ? {} : { hostNames }),
    logHealth: log.read,
  })
  dashboard.addHook('onClose', log.close)
  try {
    await dashboard.listen({ host, port })
  } catch (error) {
    await dashboard.close()
    throw await listenError(error, 'dashboard', port, `${startedBy} --port`)
  }
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`,
    close: () => dashboard.close(),
  }
}
