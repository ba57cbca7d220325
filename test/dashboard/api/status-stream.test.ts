import type { ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import type { Status } from '../../../src/contracts/dashboard.ts'
import { StatusStream } from '../../../src/dashboard/api/status-stream.ts'

const status = (problem: string): Status => ({
  state: 'ready',
  sequence: 1,
  publishedAt: null,
  dataThrough: null,
  stages: [],
  problem,
})

it('keeps little for a page that does not read, and gives it the newest status when it does', async () => {
  const stream = new StatusStream()
  const page = Object.assign(new PassThrough(), { writeHead: () => page }) as unknown as ServerResponse &
    PassThrough
  stream.join(page, status('first'))
  const long = 'x'.repeat(100_000)
  for (let change = 0; change < 200; change += 1) stream.publish(status(`${change} ${long}`))
  expect(page.writableLength).toBeLessThan(1.2 * (1 << 20))
  let text = ''
  page.on('data', (part) => {
    text += String(part)
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  stream.publish(status('newest'))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(
    text
      .split('\n\n')
      .filter((part) => part.includes('data: '))
      .at(-1),
  ).toContain('"newest"')
  stream.close()
})
