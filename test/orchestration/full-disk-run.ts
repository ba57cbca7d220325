// A run on a disk with little left, then one with room: `node full-disk-run.ts DATA_DIR`, where the data folder is
// a disk of its own. Prints what each did and what was readable in between, as JSON.
import { statfsSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlatformError } from '../../src/contracts/errors.ts'
import { readPointer } from '../../src/lake/pointer.ts'
import { runPipeline } from '../../src/orchestration/run-pipeline.ts'
import { differencesOf, runOptions } from './increments.ts'

const dataDir = process.argv[2] ?? ''
const filler = join(dataDir, 'filler')
const before = await readPointer(dataDir)
const { bavail, bsize } = statfsSync(dataDir)
writeFileSync(filler, Buffer.alloc(bavail * bsize - 200_000))
const code = await runPipeline(runOptions(dataDir)).then(
  ({ status }) => status,
  (error: PlatformError) => error.code,
)
const after = await readPointer(dataDir)
const readable =
  before !== undefined && Object.keys(await differencesOf(dataDir, before, before)).length === 0
await rm(filler)
const { status } = await runPipeline(runOptions(dataDir))
process.stdout.write(
  JSON.stringify({ code, kept: before?.sequence === after?.sequence, readable, later: status }),
)
