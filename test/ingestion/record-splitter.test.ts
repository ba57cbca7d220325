import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { splitRecords } from '../../src/ingestion/record-splitter.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-splitter-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function split(content: string | Uint8Array) {
  const path = join(folder, 'file.csv')
  await writeFile(path, content)
  const records = []
  for await (const { record } of splitRecords(path, 'csv', {})) if (record !== undefined) records.push(record)
  return records
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

describe('the record splitter', () => {
  it('reads back whatever a CSV writer wrote', async () => {
    const field = fc.string({
      unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'é', '🎉', ' '),
      maxLength: 8,
    })
    const table = fc.array(fc.tuple(field, field), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const content = ['x,y', ...rows.map((row) => row.map(quoted).join(','))].join('\r\n')
        const records = await split(content)
        expect(records.map(({ fields }) => fields)).toEqual(rows)
        expect(records.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1))
      }),
      { numRuns: 60 },
    )
  })

  it('keeps every good record around bad ones', async () => {
    const bad = fc.constantFrom('one', 'a,b,c', 'a,"open', 'a,"b"c')
    const line = fc.oneof({ weight: 3, arbitrary: fc.constant('good,1') }, { weight: 1, arbitrary: bad })
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 15 }), async (lines) => {
        const records = await split(`x,y\n${lines.map((each) => `${each}\n`).join('')}`)
        const good = records.filter(({ reason }) => reason === undefined)
        expect(good.length).toBe(lines.filter((each) => each === 'good,1').length)
        expect(records.map(({ number }) => number)).toEqual(records.map((_, index) => index + 1))
      }),
      { numRuns: 80 },
    )
  })
})
