import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listTables, tablePath } from '../../src/lake/layout.ts'
import { openTable } from '../../src/lake/table.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()

test('every schema has its folder', () => {
  expect(tablePath('/d', 'bronze.orders')).toBe('/d/processed/bronze/orders')
  expect(tablePath('/d', 'gold.mart_shop_daily')).toBe('/d/warehouse/gold/mart_shop_daily')
})

test('names that are no tables, or lead out of the data folder, are refused', () => {
  for (const name of [
    'orders',
    'nowhere.orders',
    'bronze.',
    'bronze.../../etc',
    'bronze.Orders',
    'bronze.orders.x',
    'gold.a b',
  ]) {
    expect(() => tablePath('/d', name), name).toThrow(/lake: /)
  }
})

test('tables are listed once they have a log', async () => {
  expect(await listTables(folder, 'silver')).toEqual([])
  for (const name of ['b', 'a']) {
    await openTable(tablePath(folder, `silver.${name}`)).create({ columns: [{ name: 'id', type: 'long' }] })
  }
  mkdirSync(join(folder, 'processed', 'silver', 'written_but_never_committed'))
  expect(await listTables(folder, 'silver')).toEqual(['a', 'b'])
})
