import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Load, LoadResult } from './load-generator.ts'
import { watchMemory } from './processes.ts'

interface Served {
  readonly cpuSeconds: number
  readonly stored: number
}

/** The collector in a process that has one core, its senders in another; each event is on disk when it is answered. */
export async function collector(folder: string) {
  const machine = await machineAlone(folder)
  const batches = await underLoad(join(folder, 'collector-batches'), {
    requestsPerSecond: 750,
    eventsPerRequest: 20,
    seconds: 20,
    connections: 64,
  })
  const singles = await underLoad(join(folder, 'collector-singles'), {
    requestsPerSecond: 3_000,
    eventsPerRequest: 1,
    seconds: 20,
    connections: 64,
  })
  return [machine, ...lines('batches of 20', batches, 15_000), ...lines('single events', singles, 3_000)]
}

/** How late this machine is by itself: no answer can be quicker than a write that reaches the disk. */
async function machineAlone(folder: string) {
  const file = openSync(join(folder, 'sync'), 'w')
  const page = Buffer.alloc(16_384, 1)
  const syncMs: number[] = []
  const lateMs: number[] = []
  for (let n = 0; n < 300; n++) {
    const startedAt = performance.now()
    writeSync(file, page)
    fdatasyncSync(file)
    syncMs.push(performance.now() - startedAt)
    const sleptAt = performance.now()
    await pause(5)
    lateMs.push(performance.now() - sleptAt - 5)
  }
  closeSync(file)
  const p99 = (times: number[]) =>
    times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.99)] ?? 0
  return {
    what: 'this machine by itself, p99',
    measured: `sync ${p99(syncMs).toFixed(0)} ms, timer ${p99(lateMs).toFixed(0)} ms late`,
  }
}

type Measured = LoadResult & Served & { readonly events: number; readonly peakMiB: number | undefined }

function lines(what: string, measured: Measured, askedPerSecond: number) {
  const perSecond = measured.events / measured.seconds
  const cpuMicros = (measured.cpuSeconds * 1e6) / measured.events
  const isWhole = measured.failed === 0 && measured.stored === measured.events
  return [
    {
      what: `${what}: stored and answered`,
      measured: `${Math.round(perSecond)} events/s, p99 ${measured.p99Ms.toFixed(0)} ms`,
      asked: `${askedPerSecond / 1000} k/s, p99 under 50 ms`,
      isReached: isWhole && perSecond > askedPerSecond * 0.99 && measured.p99Ms < 50,
    },
    {
      what: `${what}: sent = stored`,
      measured: `${measured.events} = ${measured.stored}, ${measured.failed} failed`,
      isReached: isWhole,
    },
    {
      what: `${what}: processor time of an event`,
      measured: `${cpuMicros.toFixed(1)} µs`,
      asked: `at most ${(1e6 / askedPerSecond).toFixed(0)} µs: ${askedPerSecond / 1000} k/s on one core`,
      isReached: cpuMicros <= 1e6 / askedPerSecond,
    },
    {
      what: `${what}: median, largest process`,
      measured: `${measured.p50Ms.toFixed(1)} ms, ${measured.peakMiB} MiB`,
    },
  ]
}

async function underLoad(dataDir: string, load: Omit<Load, 'port'>): Promise<Measured> {
  const server = startOnCore(0, 'collector-server.ts', [dataDir])
  const { port } = await nextLine<{ port: number }>(server)
  const memory = watchMemory(server)
  // The first requests meet code that is not compiled yet.
  await generate({ ...load, port, seconds: 5 })
  const warmUp = load.requestsPerSecond * 5 * load.eventsPerRequest
  server.kill('SIGUSR2')
  const result = await generate({ ...load, port })
  const peakMiB = memory.stop()
  server.kill('SIGTERM')
  const { cpuSeconds, stored } = await nextLine<Served>(server)
  return {
    ...result,
    cpuSeconds,
    stored: stored - warmUp,
    events: result.requests * load.eventsPerRequest,
    peakMiB,
  }
}

const generate = (load: Load) =>
  nextLine<LoadResult>(startOnCore(1, 'load-generator.ts', [JSON.stringify(load)]))

/** On Linux the process and all its threads are held to one core. */
function startOnCore(core: number, script: string, args: readonly string[]): ChildProcess {
  const command = [process.execPath, join(import.meta.dirname, script), ...args]
  const canPin = spawnSync('taskset', ['-c', String(core), 'true']).status === 0
  const [program = '', ...rest] = canPin ? ['taskset', '-c', String(core), ...command] : command
  return spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
}

function nextLine<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(JSON.parse(String(chunk)) as T))
    child.once('close', (code) => reject(new Error(`bench: ${child.spawnargs.at(-2)} ended with ${code}`)))
  })
}
