import { join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import { createDashboard } from '../dashboard/api/create-dashboard.ts'
import { type Configuration, projectRoot } from './configuration.ts'
import { portOwner } from './port-owner.ts'
import type { StageBoard } from './stage-board.ts'

export interface DashboardServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves the dashboard of the data folder. @throws {PlatformError} `port.taken` naming who has it. */
export async function serveDashboard(
  configuration: Configuration,
  board: StageBoard,
): Promise<DashboardServer> {
  const { dataDir, host, port } = configuration
  const dashboard = await createDashboard({
    dataDir,
    webDir: join(projectRoot, 'dist', 'web'),
    progress: board,
  })
  try {
    await dashboard.listen({ host, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    await dashboard.close()
    throw await portTaken(port, error)
  }
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`,
    close: () => dashboard.close(),
  }
}

async function portTaken(port: number, cause: unknown): Promise<PlatformError> {
  const owner = await portOwner(port)
  const whose =
    owner === undefined
      ? 'by another program'
      : `by ${owner.name} (process ${owner.pid}): stop it with \`kill ${owner.pid}\``
  return new PlatformError(
    'port.taken',
    `dashboard: port ${port} is taken ${whose}, or choose another port: npm start -- --port ${port === 65535 ? 4001 : port + 1}`,
    { cause },
  )
}
