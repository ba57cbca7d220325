import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderCsv, renderTable } from '../../src/cli/rendered-table.ts'
import { openDuckDb } from '../../src/database/duckdb.ts'

describe('renderTable', () => {
  it('aligns numbers to the right, text to the left, and keeps a row on one line', () => {
    const rows = [
      ['Email', 5],
      ['Paid\nSearch', 1234.5],
      ['Direct', null],
    ]
    expect(renderTable(['channel', 'spend'], rows)).toBe(
      [
        'channel       spend',
        '───────────  ──────',
        'Email             5',
        'Paid Search  1234.5',
        'Direct            –',
      ].join('\n'),
    )
  })

  it('says when there is nothing', () => {
    expect(renderTable(['a', 'b'], [])).toBe('a  b\n(no rows)')
  })
})

describe('renderCsv', () => {
  it('quotes what needs it and disarms formulas but not negative numbers', () => {
    const rows = [
      ['x,"y"', -5.2],
      ['=HYPERLINK("x")', null],
      ['-1.5', 'line\nbreak'],
    ]
    expect(renderCsv(['a', 'b'], rows)).toBe(
      'a,b\n"x,""y""",-5.2\n"\'=HYPERLINK(""x"")",\n-1.5,"line\nbreak"',
    )
  })

  it('is read back by another reader as it was, whatever the text', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sillage-csv-'))
    const file = join(folder, 'rows.csv')
    const db = await openDuckDb()
    const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((each) => !/^[=+@\t\r-]|\0/.test(each))
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1 }), async (rows) => {
          await writeFile(file, `${renderCsv(['a', 'b'], rows)}\n`)
          const read = await db.rows<{ a: string; b: string }>(
            `SELECT a, b FROM read_csv($1, header = true, auto_detect = false, strict_mode = false,
               columns = {a: 'VARCHAR', b: 'VARCHAR'}, delim = ',', quote = '"', escape = '"', new_line = '\\n')`,
            [file],
          )
          expect(read.map(({ a, b }) => [a, b])).toEqual(rows)
        }),
        { numRuns: 60 },
      )
    } finally {
      db.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
