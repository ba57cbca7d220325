import { PlatformError } from '../contracts/errors.ts'
import { portOwner } from './port-owner.ts'

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
  const owner = await portOwner(port)
  const whose =
    owner === undefined
      ? 'by another program'
      : `by ${owner.name} (process ${owner.pid}): stop it with \`kill ${owner.pid}\``
  return new PlatformError(
    'port.taken',
    `${area}: port ${port} is taken ${whose}, or choose another port: ${chooseAnother} ${port === 65535 ? port - 1 : port + 1}`,
    { cause: error },
  )
}
