import { describe, expect, it } from 'vitest'
import { count, flag, money, oneOf, optional, text, timestamp } from '../../src/contracts/columns.ts'
import { type Contract, defineContract } from '../../src/contracts/contract.ts'
import { brokenPromises, historyWith } from '../../src/contracts/contract-history.ts'

const columns = {
  gift_id: text('Id.'),
  kind: oneOf('Kind.', ['card', 'box']),
  worth: optional(money('Worth.')),
  giver: optional(text('Who gave it.', { personalData: 'email', incoming: 'email' })),
  updated_at: timestamp('When it changed.'),
}
type Changes = Partial<Parameters<typeof defineContract>[0]>
const gifts = (changes: Changes = {}): Contract =>
  defineContract({
    name: 'gifts',
    description: 'One row per gift.',
    version: 1,
    kind: 'upsert',
    primaryKey: ['gift_id'],
    versionColumn: 'updated_at',
    eventTimeColumn: 'updated_at',
    columns,
    ...changes,
  })
const { worth, ...withoutWorth } = columns
const released = historyWith({}, [gifts()])
const second = (changes: Changes, migration: object = {}): Contract =>
  gifts({ version: 2, migrations: [{ to: 2, values: {}, ...migration }], ...changes })

describe('a contract', () => {
  it('may add nullable columns, take more values, and change what limits or describes them', () => {
    const more = gifts({
      columns: {
        ...columns,
        kind: oneOf('What it is.', ['card', 'box', 'letter']),
        note: optional(text('Words with it.', { maxLength: 20 })),
      },
    })
    expect(brokenPromises(released, [more])).toEqual([])
    expect(historyWith(released, [more]).gifts?.[1]?.columns.note).toEqual({ type: 'text', required: false })
  })

  it('may learn of deletions by a column of its own', () => {
    const is_deleted = optional(flag('True when deleted.'))
    const learnt = { deletedColumn: 'is_deleted', columns: { ...columns, is_deleted } }
    expect(brokenPromises(released, [gifts(learnt)])).toEqual([])
    expect(
      brokenPromises(historyWith(released, [gifts(learnt)]), [gifts({ columns: learnt.columns })]),
    ).toEqual([expect.stringMatching(/deletedColumn changed/)])
    expect(brokenPromises(released, [gifts({ deletedColumn: 'worth' })])).toEqual([
      expect.stringMatching(/deletedColumn changed/),
    ])
  })

  it.each<[string, Changes, RegExp]>([
    ['a removed column', { columns: withoutWorth }, /column worth was removed; .* new version/],
    [
      'another type',
      { columns: { ...columns, worth: optional(count('Worth.')) } },
      /worth was money and is count/,
    ],
    [
      'a required new column',
      { columns: { ...columns, note: text('Note.') } },
      /note was added and is required/,
    ],
    [
      'a column required from now on',
      { columns: { ...columns, worth: money('Worth.') } },
      /worth is required now/,
    ],
    [
      'a column that may be empty now',
      { columns: { ...columns, gift_id: optional(text('Id.')) } },
      /may be empty/,
    ],
    ['fewer values', { columns: { ...columns, kind: oneOf('Kind.', ['card']) } }, /no longer takes box/],
    [
      'values where any text was taken',
      { columns: { ...columns, gift_id: oneOf('Id.', ['a']) } },
      /no longer takes other values/,
    ],
    [
      'personal data in clear',
      { columns: { ...columns, giver: optional(text('Giver.', { incoming: 'email' })) } },
      /giver is kept otherwise/,
    ],
    [
      'another delivered name',
      { columns: { ...columns, giver: optional(text('Giver.', { personalData: 'email' })) } },
      /delivered under another name/,
    ],
    ['another key', { primaryKey: ['gift_id', 'kind'] }, /its primaryKey changed/],
    ['other partitions', { partitionBy: 'arrival_date' }, /its partitionBy changed/],
    ['a version skipped', { version: 3 }, /version 3 follows version 1/],
  ])('cannot change without a new version: %s', (_, changes, said) => {
    expect(brokenPromises(released, [gifts(changes)]).join('\n')).toMatch(said)
  })

  it('cannot be taken away', () => {
    expect(brokenPromises(released, [])).toEqual(['gifts is gone; tables are only added'])
  })

  it.each<[string, Contract, RegExp]>([
    ['no migration', second({ migrations: [] }), /needs one migration to each version/],
    ['a removed column unsaid', second({ columns: withoutWorth }), /must say removes: { worth: 'money' }/],
    [
      'a type under the old name',
      second({ columns: { ...columns, worth: optional(count('W.')) } }, { values: { worth: '1' } }),
      /worth is kept otherwise than before, which takes a new name/,
    ],
    [
      'a required column without values',
      second({ columns: { ...columns, note: text('N.') } }),
      /note is required; the migration must give/,
    ],
    [
      'fewer values without a mapping',
      second({ columns: { ...columns, kind: oneOf('Kind.', ['card']) } }),
      /kind takes less than before/,
    ],
    ['other partitions', second({ partitionBy: 'arrival_date' }), /cannot be partitioned otherwise/],
    ['a value for no column', second({}, { values: { nothing: '1' } }), /gives nothing a value/],
    ['a removal of no column', second({}, { removes: { nothing: 'text' } }), /removes nothing/],
    [
      'a removal of a column it has',
      second({}, { removes: { worth: 'money' } }),
      /worth was removed once; a new column needs a new name/,
    ],
  ])('cannot become the next version with %s', (_, contract, said) => {
    expect(brokenPromises(released, [contract]).join('\n')).toMatch(said)
  })

  it('becomes the next version with a migration, which is then as fixed as the version', () => {
    const next = second(
      { columns: { ...withoutWorth, worth_cents: count('Worth.') } },
      { values: { worth_cents: 'coalesce(worth, 0) * 100' }, removes: { worth: 'money' } },
    )
    expect(brokenPromises(released, [next])).toEqual([])
    const history = historyWith(released, [next])
    expect(Object.keys(history.gifts ?? {})).toEqual(['1', '2'])
    expect(brokenPromises(history, [next])).toEqual([])
    const rewritten = { ...next, migrations: [{ ...next.migrations[0]!, values: { worth_cents: '0' } }] }
    expect(brokenPromises(history, [rewritten])).toEqual([
      'gifts: the migration to version 2 was released and cannot change',
    ])
    expect(brokenPromises(history, [gifts()]).join()).toContain('version 1 follows version 2')
  })
})
