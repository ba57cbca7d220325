import { createElement, type ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { ChangeNote } from '../../../../src/dashboard/web/components/change-note.tsx'
import { DataTable } from '../../../../src/dashboard/web/components/data-table.tsx'
import { ledgerLines } from '../../../../src/dashboard/web/components/ledger.tsx'
import { nextSorting, sortRows } from '../../../../src/dashboard/web/components/table-model.ts'
import { shopDays, sumDays } from '../../../../src/dashboard/web/gallery/fixture-world.ts'
import { createSpeech, SpeechContext } from '../../../../src/dashboard/web/language/language-context.tsx'

const draw = (element: ReactElement, language: 'en' | 'fr' = 'en') =>
  renderToStaticMarkup(createElement(SpeechContext, { value: createSpeech(language) }, element))

describe('ChangeNote', () => {
  it('calls a rising cost worse and a rising revenue better', () => {
    expect(draw(<ChangeNote metric="marketing_cost" now={110} before={100} />)).toMatch(
      /change-bad.*↗.*\+10%.*worse/s,
    )
    expect(draw(<ChangeNote metric="net_revenue" now={110} before={100} />)).toMatch(
      /change-good.*↗.*better/s,
    )
    expect(draw(<ChangeNote metric="net_revenue" now={90} before={100} />, 'fr')).toMatch(
      /change-bad.*↘.*moins bien/s,
    )
  })

  it('says nothing where there is nothing to compare', () => {
    expect(draw(<ChangeNote metric="orders" now={5} before={null} />)).toContain('–')
  })
})

describe('DataTable', () => {
  const rows = [
    { name: 'free', cost: null, credited_contribution: 5 },
    { name: 'search', cost: 10, credited_contribution: 30 },
    { name: 'video', cost: 40, credited_contribution: 20 },
  ]
  const html = draw(
    <DataTable
      label="Channels"
      rows={rows}
      rowKey={({ name }) => name}
      sums={(row) => row}
      totals={[{ label: 'Total', sums: { cost: 50, credited_contribution: 55 } }]}
      sorting={{ column: 'contribution_return', isDescending: true }}
      columns={[
        { id: 'name', heading: 'Name', sortValue: ({ name }) => name, cell: ({ name }) => name },
        { metric: 'cost' },
        {
          metric: 'contribution_return',
          emphasis: (value) => (value !== null && value < 1 ? 'bad' : undefined),
        },
      ]}
    />,
  )

  it('shows a dash for a row without cost and sorts it last', () => {
    expect(html).toMatch(/search.*video.*free<\/th><td class="number"><span>–<\/span><\/td>/s)
  })

  it('totals the ratio from sums, not from rows', () => {
    expect(html).toMatch(/<tfoot>.*€50.00.*€1\.10.*<\/tfoot>/s)
  })

  it('totals a column of its own from the line’s sums', () => {
    const drawn = draw(
      <DataTable
        label="Channels"
        rows={rows}
        rowKey={({ name }) => name}
        totals={[{ label: 'Total', sums: { cost: 50 }, before: { cost: 40 } }]}
        sorting={{ column: 'change', isDescending: true }}
        columns={[
          { id: 'name', heading: 'Name', sortValue: ({ name }) => name, cell: ({ name }) => name },
          {
            id: 'change',
            heading: 'Change',
            isNumber: true,
            sortValue: ({ cost }) => cost,
            cell: () => '',
            total: ({ sums, before }) => `${before?.cost} → ${sums.cost}`,
          },
        ]}
      />,
    )
    expect(drawn).toMatch(/<tfoot>.*40 → 50.*<\/tfoot>/s)
  })

  it('marks what is under break-even', () => {
    expect(html).toContain('<span class="is-bad">€0.50</span>')
    expect(html).not.toContain('<span class="is-bad">€3.00</span>')
  })
})

describe('sorting', () => {
  const column = { id: 'n', heading: 'N', isNumber: true, sortValue: (row: { n: number | null }) => row.n }
  const rows = [{ n: 2 }, { n: null }, { n: 10 }]

  it('keeps missing values last both ways', () => {
    expect(sortRows(rows, [column], { column: 'n', isDescending: true }).map(({ n }) => n)).toEqual([
      10,
      2,
      null,
    ])
    expect(sortRows(rows, [column], { column: 'n', isDescending: false }).map(({ n }) => n)).toEqual([
      2,
      10,
      null,
    ])
  })

  it('starts numbers with the largest and turns round on the second click', () => {
    const first = nextSorting({ column: 'other', isDescending: false }, column)
    expect(first).toEqual({ column: 'n', isDescending: true })
    expect(nextSorting(first, column).isDescending).toBe(false)
  })
})

describe('ledgerLines', () => {
  it('adds up: each subtotal is the one before and the lines between', () => {
    const lines = ledgerLines(sumDays(shopDays({ from: '2026-01-01', to: '2026-02-15' })))
    let level = 0
    for (const { amount, isSubtotal, id } of lines) {
      if (isSubtotal && id !== 'gross') expect(amount, id).toBeCloseTo(level, 0)
      level = isSubtotal ? amount : level + amount
    }
    expect(lines.at(-1)?.id).toBe('profit')
  })

  it('leaves out lines a shop does not have', () => {
    const sums = { ...sumDays(shopDays({ from: '2026-01-01', to: '2026-01-02' })), influencer_cost: 0 }
    expect(ledgerLines(sums).map(({ id }) => id)).not.toContain('influencers')
  })
})
