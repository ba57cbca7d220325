import { describe, expect, it } from 'vitest'
import { renderCsv, renderTable } from '../../src/cli/rendered-table.ts'

describe('renderTable', () => {
  it('aligns numbers to the right, text to the left, and keeps a row on one line', () => {
    expect(
      renderTable(
        ['channel', 'spend'],
        [
          ['Email', 5],
          ['Paid\nSearch', 1234.5],
          ['Direct', null],
        ],
      ),
    ).toBe(
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
    expect(
      renderCsv(
        ['a', 'b'],
        [
          ['x,"y"', -5.2],
          ['=HYPERLINK("x")', null],
          ['-1.5', 'line\nbreak'],
        ],
      ),
    ).toBe('a,b\n"x,""y""",-5.2\n"\'=HYPERLINK(""x"")",\n-1.5,"line\nbreak"')
  })
})
