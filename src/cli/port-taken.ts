import { createServer } from 'node:net'
import { PlatformError } from '../contracts/errors.ts'
import { portOwner } from './port-owner.ts'

/** What the user typed to have a server. */
export type StartedBy = 'npm start --' | 'sillage serve'

/**
 * What is said when somebody else listens on a port; other errors of listening are returned as they are.
 *
 * @param area Who wanted the port.
 * @param chooseAnother The option that chooses another, without the number, like `npm start -- --port`.
 */
export async function listenError(
  error: unknown,
  area: string,
  port: number,
  chooseAnother: string,
): Promise<unknown> {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error
  const [owner, free] = await Promise.all([portOwner(port), freePortAfter(port)])
  const whose =
    owner === undefined
      ? 'by another program'
      : `by ${owner.name} (process ${owner.pid}): stop it with \`kill ${owner.pid}\``
  return new PlatformError(
    'port.taken',
    `${area}: port ${port} is taken ${whose}, or choose another port: ${chooseAnother} ${free}`,
    { cause: error },
  )
}

/** The next port that nobody listens on; 0, which means any, where there is none soon. */
async function freePortAfter(port: number): Promise<number> {
  for (let next = port + 1; next <= Math.min(port + 20, 65535); next++) if (await isFree(next)) return next
  return 0
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: 'localhost' }, () => probe.close(() => resolve(true)))
  })
