import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { event } from './collector-fixture.ts'
import { randomShare, surviveKill } from './killed-collector.ts'
import { idsInFile, spawnCollector } from './spawn-collector.ts'

const mib = 1_048_576
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-faults-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const recent = (event_id: string) => event({ event_id, occurred_at: new Date().toISOString() })
const post = (port: number, events: unknown) =>
  fetch(`http://127.0.0.1:${port}/v1/events?key=wk_shop`, { method: 'POST', body: JSON.stringify(events) })

describe('a collector that is killed', () => {
  it.each([1, 2, 3])(
    'loses nothing it acknowledged, and what is sent again counts once: point %i',
    async (point) => {
      const survival = await surviveKill(20 + Math.round(randomShare(7, point) * 400))
      expect(survival).toMatchObject({ lost: [], distinct: survival.sent })
    },
  )

  it('answers what is under way when it is asked to stop', async () => {
    const logFile = join(folder, 'stopped.sqlite')
    const collector = await spawnCollector(logFile)
    let isStopping = false
    const acknowledged: string[] = []
    const senders = Array.from({ length: 8 }, async (_, sender) => {
      for (let n = 0; !isStopping; n++) {
        const id = `s${sender}-${n}`
        const answer = await post(collector.port, recent(id)).catch(() => undefined)
        if (answer?.ok) acknowledged.push(id)
      }
    })
    await pause(300)
    const stopped = collector.stop()
    isStopping = true
    await Promise.all(senders)
    expect(await stopped).toBe(0)
    expect(acknowledged.length).toBeGreaterThan(0)
    expect((await idsInFile(logFile)).sort()).toEqual(acknowledged.sort())
  })
})

describe('a full disk', () => {
  it.skipIf(!canMount())('is said, and events are taken again when there is room', async () => {
    const disk = join(folder, 'disk')
    await mkdir(disk)
    const script = join(import.meta.dirname, 'full-disk-collector.ts')
    const commands = 'mount -t tmpfs -o size=30m tmpfs "$0" && exec "$1" "$2" "$0"'
    const output = execFileSync('unshare', ['-Urm', 'sh', '-c', commands, disk, process.execPath, script], {
      encoding: 'utf8',
    })
    const result = JSON.parse(output) as { sent: number; refusals: number; lost: number; distinct: number }
    expect(result).toMatchObject({ status: 503, error: 'log_unavailable', retryAfter: '5', lost: 0 })
    expect(result.refusals).toBeGreaterThan(0)
    expect(result.distinct).toBe(result.sent)
  })
})

describe('senders that mean no good', () => {
  it('of 100 MB are refused without being read', async () => {
    const collector = await spawnCollector(join(folder, 'large.sqlite'))
    const before = collector.peakMiB()
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => sendLarge(collector.port, 100 * mib, true)),
      ...Array.from({ length: 5 }, () => sendLarge(collector.port, 100 * mib, false)),
    ])
    // A connection that is closed on a sender who does not listen may reach it before the answer.
    expect(answers).toContain(413)
    expect(answers.filter((answer) => answer !== 413 && answer !== 'closed')).toEqual([])
    if (before !== undefined) expect((collector.peakMiB() ?? 0) - before).toBeLessThan(100)
    expect((await post(collector.port, recent('fine'))).status).toBe(200)
    await collector.stop()
  })

  it('slowly are cut off, and others do not wait for them', async () => {
    const limits = { headersTimeoutMs: 1_000, requestTimeoutMs: 2_000 }
    const collector = await spawnCollector(join(folder, 'slow.sqlite'), { limits })
    const head = 'POST /v1/events?key=wk_shop HTTP/1.1\r\nhost: x\r\n'
    const slow = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        dribble(collector.port, n % 2 === 0 ? head : `${head}content-length: 900000\r\n\r\n`),
      ),
    )
    expect((await post(collector.port, recent('fine'))).status).toBe(200)
    const health = (await (await fetch(`http://127.0.0.1:${collector.port}/healthz`)).json()) as {
      bytesInFlight: number
    }
    expect(health.bytesInFlight).toBeLessThan(100_000)
    await Promise.all(slow.map(({ closed }) => closed))
    expect((await post(collector.port, recent('later'))).status).toBe(200)
    await collector.stop()
  }, 60_000)

  it('with a flood of headers are refused', async () => {
    const collector = await spawnCollector(join(folder, 'headers.sqlite'))
    const many = Array.from({ length: 3_000 }, (_, n) => `x-${n}: y\r\n`).join('')
    for (const flood of [many, `x: ${'y'.repeat(100_000)}\r\n`, `cookie: ${'a=b; '.repeat(20_000)}\r\n`]) {
      const text = await exchange(collector.port, `GET /healthz HTTP/1.1\r\nhost: x\r\n${flood}\r\n`)
      expect(text).toMatch(/^HTTP\/1.1 431 /)
    }
    expect((await post(collector.port, recent('fine'))).status).toBe(200)
    await collector.stop()
  })

  it('on 10,000 connections are all answered, and each event is there once', async () => {
    const wanted = Math.min(10_000, openFilesLimit() - 500)
    if (wanted < 10_000)
      console.log(`only ${wanted} connections: this system lets a process open no more files`)
    const logFile = join(folder, 'connections.sqlite')
    const collector = await spawnCollector(logFile)
    const sockets: Socket[] = []
    for (let n = 0; n < wanted; n += 500)
      sockets.push(
        ...(await Promise.all(
          Array.from({ length: Math.min(500, wanted - n) }, () => opened(collector.port)),
        )),
      )
    expect((await post(collector.port, recent('one more'))).status).toBe(200)
    for (let n = 0; n < wanted; n += 500)
      await Promise.all(
        sockets.slice(n, n + 500).map((socket, index) => postOn(socket, recent(`c${n + index}`))),
      )
    for (const socket of sockets) socket.destroy()
    await collector.stop()
    const stored = await idsInFile(logFile)
    expect([stored.length, new Set(stored).size]).toEqual([wanted + 1, wanted + 1])
  }, 120_000)
})

/** Answers with the status, or `closed` when the connection ended first. */
function sendLarge(port: number, bytes: number, isAnnounced: boolean): Promise<number | 'closed'> {
  return new Promise((resolve) => {
    const headers = isAnnounced ? { 'content-length': bytes } : {}
    const agent = new Agent({ keepAlive: false })
    const sending = request(
      { port, host: '127.0.0.1', method: 'POST', path: '/v1/events?key=wk_shop', headers, agent },
      (response) => resolve(response.resume().statusCode ?? 0),
    )
    sending.on('error', () => resolve('closed'))
    const chunk = Buffer.alloc(mib, '[')
    let left = bytes / chunk.length
    const write = () => {
      while (left-- > 0 && !sending.destroyed) if (!sending.write(chunk)) return sending.once('drain', write)
      return sending.end()
    }
    write()
  })
}

/** Sends a beginning and then a byte now and again. */
async function dribble(port: number, beginning: string): Promise<{ closed: Promise<void> }> {
  const socket = await opened(port)
  socket.write(beginning)
  const timer = setInterval(() => socket.write('x'), 200)
  return {
    closed: new Promise((resolve) =>
      socket
        .on('error', () => {})
        .resume()
        .once('close', () => {
          clearInterval(timer)
          resolve()
        }),
    ),
  }
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.once('error', reject)
  })
}

async function exchange(port: number, text: string): Promise<string> {
  const socket = await opened(port)
  let answer = ''
  socket.on('data', (chunk) => {
    answer += String(chunk)
  })
  socket.on('error', () => {})
  socket.write(text)
  await new Promise((resolve) => socket.once('close', resolve))
  return answer
}

function postOn(socket: Socket, sent: object): Promise<void> {
  const body = JSON.stringify(sent)
  socket.write(
    `POST /v1/events?key=wk_shop HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  return new Promise((resolve, reject) => {
    socket.once('close', () => reject(new Error('the connection was closed')))
    socket.once('data', (answer) =>
      String(answer).startsWith('HTTP/1.1 200') ? resolve() : reject(new Error(String(answer))),
    )
  })
}

const openFilesLimit = () =>
  Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim()) || 10_500

/** Linux lets an ordinary user mount a small disk in a namespace of its own, unless it is locked down. */
function canMount(): boolean {
  return spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0
}
