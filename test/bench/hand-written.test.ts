import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareGold } from '../../bench/compare-gold.ts'
import { runPart } from '../../bench/processes.ts'
import { fixtureLake } from '../fixtures/fixture-lake.ts'

test('the hand-written script makes every published gold table, row by row', async () => {
  const dataDir = await fixtureLake('small')
  const scriptDir = await mkdtemp(join(tmpdir(), 'sillage-script-'))
  try {
    await runPart('script', { dataDir, scriptDir })
    const compared = await compareGold(dataDir, scriptDir)
    expect(compared.length).toBeGreaterThan(20)
    expect(compared.filter((table) => !table.isMade || table.onlyPublished + table.onlyScript > 0)).toEqual(
      [],
    )
    expect(compared.filter((table) => table.rows === 0)).toEqual([])
  } finally {
    await rm(scriptDir, { recursive: true, force: true })
  }
}, 300_000)
