import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createShopFolder } from './shop-folder.ts'

const adapters = join(import.meta.dirname, '..', '..', 'adapters')

const page = (platform: string, id: string, request: string) =>
  `${JSON.stringify({
    pull: {
      id,
      platform,
      account: 'a',
      request,
      level: request === 'ad_groups' ? 'ad_group' : 'campaign',
      from: '2026-01-01',
      to: '2026-01-02',
      read_at: '2026-01-03T04:00:00Z',
      status: 'complete',
      time_zone: 'Europe/Paris',
    },
    body: { results: [], data: [] },
  })}\n`

it('a pull says whether it asked for statistics, claims or both, also when it brings nothing', async () => {
  const shop = await createShopFolder([adapters])
  try {
    await shop.raw(
      'advertising/google-1.ndjson',
      page('google', 'stats', 'stats') +
        page('google', 'groups', 'ad_groups') +
        page('google', 'c', 'campaigns'),
    )
    await shop.raw(
      'advertising/meta-1.ndjson',
      page('meta', 'both', 'region') +
        page('meta', 'both', 'actions') +
        page('meta', 'stats-only', 'region') +
        page('meta', 'claims-only', 'actions'),
    )
    await shop.land()
    const pulls = await shop.query('SELECT pull_id, facts FROM bronze.ad_pulls ORDER BY pull_id')
    expect(Object.fromEntries(pulls.map(({ pull_id, facts }) => [pull_id, facts]))).toEqual({
      'both-facebook': 'stats_and_actions',
      'both-instagram': 'stats_and_actions',
      'claims-only-facebook': 'actions',
      'claims-only-instagram': 'actions',
      groups: 'stats',
      stats: 'stats_and_actions',
      'stats-only-facebook': 'stats',
      'stats-only-instagram': 'stats',
    })
  } finally {
    await shop.close()
  }
})
