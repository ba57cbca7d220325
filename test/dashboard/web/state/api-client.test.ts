import { afterEach, expect, it, vi } from 'vitest'
import { fetchJson } from '../../../../src/dashboard/web/state/api-client.ts'

afterEach(() => vi.unstubAllGlobals())

const answering = (answer: () => Promise<Response>) => vi.stubGlobal('fetch', answer)

it('tells a server that does not answer from one that answers with a failure', async () => {
  answering(() => Promise.reject(new TypeError('Failed to fetch')))
  await expect(fetchJson('/api/shop')).rejects.toMatchObject({ code: 'unreachable' })
  answering(async () =>
    Response.json({ code: 'query.invalid', message: 'the range begins after it ends' }, { status: 400 }),
  )
  await expect(fetchJson('/api/shop')).rejects.toMatchObject({
    code: 'query.invalid',
    message: 'the range begins after it ends',
  })
  answering(async () => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }))
  await expect(fetchJson('/api/shop')).rejects.toMatchObject({ code: 'internal', message: '502 Bad Gateway' })
})

it('answers the body of a call that succeeds', async () => {
  answering(async () => Response.json({ id: 'demo' }))
  expect(await fetchJson('/api/shop')).toEqual({ id: 'demo' })
})
