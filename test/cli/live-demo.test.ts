import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/cli/configuration.ts'
import type { LiveView } from '../../src/contracts/live.ts'
import { copyOfFixture, fixtureSecret } from '../fixtures/fixture-lake.ts'
import { freePort } from '../free-port.ts'
import { captureCli } from './captured-cli.ts'

let folder: string
let demo: string
let environment: Record<string, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-live-'))
  demo = await copyOfFixture('small', join(folder, 'demo'))
  environment = { SILLAGE_SECRET: fixtureSecret, SILLAGE_SECRETS_DIR: join(folder, 'secrets') }
}, 300_000)
const children: ChildProcess[] = []
afterAll(async () => {
  // Those of a test that failed.
  for (const child of children) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Running {
  readonly port: number
  readonly collectPort: number
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
}

async function sillage(command: string, ...args: readonly string[]): Promise<Running> {
  const [port, collectPort] = [await freePort(), await freePort()]
  const main = join(projectRoot, 'src', 'cli', 'main.ts')
  const ports = ['--port', String(port), '--collect-port', String(collectPort)]
  const child = spawn(process.execPath, [main, command, '--data', demo, ...ports, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  children.push(child)
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { port, collectPort, child, ended }
}

/** Reads the stream of the Live page until a view is as wanted. */
async function liveUntil({ port }: Running, isWanted: (view: LiveView) => boolean): Promise<LiveView> {
  for (const deadline = performance.now() + 40_000; performance.now() < deadline; ) {
    const response = await fetch(`http://localhost:${port}/api/live`).catch(() => undefined)
    if (response?.body == null) await new Promise((resolve) => setTimeout(resolve, 100))
    let text = ''
    for await (const part of (response?.body ?? []) as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(part)
      const views = [...text.matchAll(/^data: (.*)$\n\n/gm)].map(
        ([, data]) => JSON.parse(data ?? '') as LiveView,
      )
      const wanted = views.find(isWanted)
      if (wanted !== undefined) return wanted
      if (performance.now() > deadline) break
    }
  }
  throw new Error('the Live page did not come to show it in 40 seconds')
}

describe('sillage start with the demo', () => {
  it('lets visitors of today come through the collector, and ends them when it is stopped', async () => {
    const running = await sillage('start')
    const view = await liveUntil(running, ({ today }) => today.counts.sessions > 20)
    expect(view.collector.address).toBe(`http://localhost:${running.collectPort}`)
    expect(view.today.breakdown.channel.length).toBeGreaterThan(4)
    expect(view.today.breakdown.campaign.some(({ value }) => value.startsWith('FR |'))).toBe(true)
    expect(view.netRevenueRule.basis).toBe('ledger')
    const children = await childrenOf(running.child.pid as number)
    expect(children.some((command) => command.includes('generate-web'))).toBe(true)
    running.child.kill('SIGINT')
    expect([0, 130]).toContain(await running.ended)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const left = await captured('ps', '-e', '-o', 'args')
    expect(left.includes(`http://localhost:${running.collectPort}/v1/events`)).toBe(false)
  })

  it('shows at the next start what was counted, and lands it', async () => {
    const running = await sillage('serve')
    const view = await liveUntil(
      running,
      ({ today, lander }) =>
        today.counts.sessions > 20 && lander.behind === 0 && lander.lastCommitAt !== null,
    )
    expect(view.lander.state).toBe('running')
    running.child.kill('SIGINT')
    expect(await running.ended).toBe(0)
    const { stdout } = await captureCli(
      [
        'sql',
        "SELECT count(*) AS n FROM bronze.web_events WHERE transaction_id LIKE 'L%' OR event_date > DATE '2026-01-01'",
        '--data',
        demo,
        '--json',
      ],
      environment,
    )
    expect(Number(JSON.stringify(JSON.parse(stdout)).match(/\d+/)?.[0])).toBeGreaterThan(20)
  })

  it('serves the dashboard also while somebody has the collector’s port, and names who', async () => {
    const other = createServer()
    const taken = await new Promise<number>((resolve) =>
      other.listen(0, () => resolve((other.address() as { port: number }).port)),
    )
    const running = await sillage('serve', '--collect-port', String(taken))
    const { collector } = await liveUntil(running, (view) => view.collector.problem !== null)
    expect(collector.problem).toContain(`collector: port ${taken} is taken by node (process ${process.pid})`)
    expect(Number(/--collect-port (\d+)/.exec(collector.problem ?? '')?.[1])).toBeGreaterThan(taken)
    running.child.kill('SIGINT')
    expect(await running.ended).toBe(0)
    await new Promise((resolve) => other.close(resolve))
  })
})

async function childrenOf(pid: number): Promise<string[]> {
  const lines = (await captured('ps', '-e', '-o', 'ppid,args')).split('\n')
  return lines.filter((line) => line.trim().startsWith(`${pid} `))
}

function captured(command: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (part) => {
      text += String(part)
    })
    child.on('error', reject)
    child.on('close', () => resolve(text))
  })
}
