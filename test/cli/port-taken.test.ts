import { createServer, type Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { listenError } from '../../src/cli/port-taken.ts'
import { PlatformError } from '../../src/contracts/errors.ts'

const servers: Server[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done)))))

const listen = (port: number) =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    servers.push(server)
    server.once('error', reject)
    server.listen({ port, host: 'localhost' }, () => resolve((server.address() as { port: number }).port))
  })

/** Two ports beside each other, both taken. */
async function takeTwo(): Promise<number> {
  for (;;) {
    const port = await listen(0)
    if (port < 65500 && (await listen(port + 1).catch(() => undefined)) !== undefined) return port
  }
}

it('names who has the port, and a port that is really free', async () => {
  const port = await takeTwo()
  const error = await listenError(
    Object.assign(new Error('in use'), { code: 'EADDRINUSE' }),
    'dashboard',
    port,
    'sillage serve --port',
  )
  expect(error).toBeInstanceOf(PlatformError)
  const { message } = error as PlatformError
  expect(message).toContain(`dashboard: port ${port} is taken`)
  const offered = Number(/sillage serve --port (\d+)$/.exec(message)?.[1])
  expect(offered).toBeGreaterThan(port + 1)
  expect(await listen(offered)).toBe(offered)
})

it('returns other errors as they are', async () => {
  const denied = Object.assign(new Error('denied'), { code: 'EACCES' })
  expect(await listenError(denied, 'collector', 80, 'sillage collect --port')).toBe(denied)
})
