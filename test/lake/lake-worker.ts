import { openDuckDb } from '../../src/database/duckdb.ts'
import { landDeliveries } from '../../src/lake/delivery.ts'
import { acquireLease } from '../../src/lake/lease.ts'
import { openTable } from '../../src/lake/table.ts'

const [task = '', path = '', name = '', last = '0'] = process.argv.slice(2)

/** Rows of step `n` of a source: n % 3 + 1 of them, told apart by source, step and number. */
const stepSql = (step: number, delivery: string) =>
  `SELECT '${name}' AS source, ${step} AS step, n, DATE '2025-01-01' + (${step} % 4) AS day,
   '${delivery}' AS _delivery_id FROM range(${(step % 3) + 1}) AS t(n)`

const tasks: Record<string, () => Promise<void>> = {
  /** Takes in the steps of a source one by one, going on where the table says it stopped. */
  append: async () => {
    const db = await openDuckDb({ threads: 1 })
    const table = openTable(path)
    console.log('ready')
    for (;;) {
      const reached = (await table.readExisting()).positions.get(name)
      const step = (reached ?? 0) + 1
      if (step > Number(last)) break
      const files = await table.writeFiles(db, stepSql(step, `${name}#${step}`))
      await table.append(files, { positions: { [name]: step }, expectedPositions: { [name]: reached } })
    }
    db.close()
  },
  /** Lands ever newer revisions of one file, each in the place of the one before. */
  supersede: async () => {
    const db = await openDuckDb({ threads: 1 })
    const table = openTable(path)
    console.log('ready')
    for (;;) {
      const revision = ((await table.readExisting()).positions.get(name) ?? 0) + 1
      if (revision > Number(last)) break
      const delivery = `${name}#${revision}`
      const supersedes = Array.from({ length: revision - 1 }, (_, index) => `${name}#${index + 1}`)
      await landDeliveries(db, table, {
        deliveries: [{ deliveryId: delivery, positionId: name, revision, supersedes }],
        sql: stepSql(revision, delivery),
      })
    }
    db.close()
  },
  'hold-lease': async () => {
    const lease = await acquireLease(path, { purpose: 'a test' })
    console.log(lease.fencing)
    setInterval(() => undefined, 1000)
  },
}

await tasks[task]?.()
