import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { tablePath } from '../../src/lake/layout.ts'
import { openTable } from '../../src/lake/table.ts'
import { commitBuilt } from '../../src/warehouse/build.ts'

const columns = [{ name: 'id', type: 'long' }]
let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sillage-build-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

it('publishes what was built, and no longer a table that no model builds', async () => {
  const gone = await openTable(tablePath(dataDir, 'silver.gone')).create({ columns })
  const lake = { bronze: new Map(), built: new Map([['silver.gone', gone]]) }
  const built = { columns, partitionColumn: null, files: [], replacedPartitions: null }
  const versions = await commitBuilt(dataDir, lake, [{ name: 'silver.kept', ...built }])
  expect(Object.keys(versions)).toEqual(['silver.kept'])
})
