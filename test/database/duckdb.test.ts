import { tmpdir } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { PlatformError } from '../../src/contracts/errors.ts'
import {
  type DuckDb,
  type DuckDbOptions,
  openDuckDb,
  sqlIdentifier,
  sqlList,
  sqlString,
} from '../../src/database/duckdb.ts'
import { withoutValues } from '../../src/database/error-text.ts'

const opened: DuckDb[] = []
async function open(options: DuckDbOptions = { threads: 1 }): Promise<DuckDb> {
  const db = await openDuckDb(options)
  opened.push(db)
  return db
}
afterEach(() => {
  for (const db of opened.splice(0)) db.close()
})

describe('DuckDB', () => {
  test('reads small results as plain values that lose nothing', async () => {
    const db = await open()
    const [row] = await db.rows(
      "SELECT 9007199254740993 AS big, 1.10::DECIMAL(18,2) AS money, TIMESTAMP '2025-01-02 03:04:05.000006' AS at, NULL AS none",
    )
    expect(row).toEqual({
      big: '9007199254740993',
      money: '1.10',
      at: '2025-01-02 03:04:05.000006',
      none: null,
    })
  })

  test('binds parameters and reads columns', async () => {
    const db = await open()
    expect(await db.rows('SELECT $1 || $2 AS text', ["it's", ' 🌿'])).toEqual([{ text: "it's 🌿" }])
    expect(await db.columns('SELECT i::INTEGER AS i FROM range(3) AS t(i)')).toEqual({ i: [0, 1, 2] })
  })

  test('speaks UTC, whatever the machine does', async () => {
    const db = await open()
    const further = await db.connect()
    for (const connection of [db, further]) {
      const rows = await connection.rows("SELECT TIMESTAMPTZ '2025-07-01 00:00:00+02'::VARCHAR AS at")
      expect(rows).toEqual([{ at: '2025-06-30 22:00:00+00' }])
    }
    further.close()
  })

  test('shares its tables with further connections until the last is closed', async () => {
    const db = await open()
    await db.run('CREATE TABLE kept AS SELECT 1 AS id')
    const further = await db.connect()
    db.close()
    db.close()
    expect(await further.rows('FROM kept')).toEqual([{ id: 1 }])
    further.close()
  })

  test('spills into a folder of its own outside the working directory', async () => {
    const folders = await Promise.all(
      [await open(), await open()].map(async (db) => {
        const [row] = await db.rows<{ folder: string }>("SELECT current_setting('temp_directory') AS folder")
        return row?.folder ?? ''
      }),
    )
    expect(new Set(folders).size).toBe(2)
    for (const folder of folders) expect(folder.startsWith(tmpdir())).toBe(true)
  })

  test('says what failed and where', async () => {
    const db = await open()
    const failure = db.run('SELECT * FROM nowhere')
    await expect(failure).rejects.toMatchObject({ code: 'database.failed', canRetry: false })
    await expect(failure).rejects.toThrow(/nowhere[\s\S]+in: SELECT \* FROM nowhere/)
  })

  test('quotes no value of a row and no literal when it fails, whatever is wrong with them', async () => {
    const db = await open()
    const address = `jane.o'doe@example.fr\n\nLINE 1: jane.o'doe@example.fr' to INT32`
    await db.run('CREATE TABLE people (email VARCHAR PRIMARY KEY, age INT CHECK (age < 999))')
    await db.run('INSERT INTO people VALUES ($1, 42)', [address])
    const failing = [
      'SELECT CAST(email AS INT) FROM people',
      `SELECT CAST(${sqlString(address)} AS INT)`,
      'SELECT CAST(email AS TIMESTAMP) FROM people',
      'SELECT CAST(email AS INT[]) FROM people',
      'SELECT CAST(email AS JSON) FROM people',
      "SELECT strptime(email, '%d') FROM people",
      'SELECT error(email) FROM people',
      "SELECT regexp_matches('', email || '(') FROM people",
      "SELECT TIMESTAMP '2026-01-01' AT TIME ZONE email FROM people",
      'SELECT from_base64(email) FROM people',
      `INSERT INTO people VALUES (${sqlString(address)}, 1)`,
      `SELECT nowhere FROM people WHERE email = ${sqlString(address)}`,
      `SELEC ${sqlString(address)}`,
    ]
    for (const sql of failing) {
      const error = await db.rows(sql).catch((thrown: unknown) => thrown)
      expect(error, sql).toBeInstanceOf(PlatformError)
      expect(`${(error as Error).stack}${(error as Error).cause}`, sql).not.toMatch(/jane|doe@/)
    }
  })

  test.each([
    ['SELECT CAST(note AS INT) FROM notes', /Could not convert string '…' to INT32 when casting .* note/],
    ["INSERT INTO notes VALUES ('x')", /Duplicate key violates primary key constraint/],
    ["SELECT nowhere FROM notes WHERE note = 'x'", /"nowhere" not found[\s\S]+LINE 1: SELECT nowhere/],
    ["FROM read_parquet('/no/such/file.parquet')", /\/no\/such\/file\.parquet/],
  ])('still says what is wrong: %s', async (sql, said) => {
    const db = await open()
    await db.run("CREATE TABLE notes (note VARCHAR PRIMARY KEY); INSERT INTO notes VALUES ('x')")
    await expect(db.rows(sql)).rejects.toThrow(said)
  })

  test('takes values out of what dbt passes on, and leaves dbt’s own words', () => {
    const told = `Runtime Error in model int_visits (models/int_visits.sql)\n  Conversion Error: Could not convert string 'jane@x.fr' to INT32`
    expect(withoutValues(told)).toBe(told.replace('jane@x.fr', '…'))
    const compilation = "Compilation Error in model a (models/a.sql)\n  'nope' is undefined"
    expect(withoutValues(compilation)).toBe(compilation)
  })

  test('tells a full disk from other failures', async () => {
    const db = await open()
    await db.run("SET max_temp_directory_size = '1MB'")
    await db.run("SET memory_limit = '30MB'")
    const failure = db.rows(
      'SELECT DISTINCT i, hash(i) AS h FROM range(5000000) AS t(i) ORDER BY h LIMIT 1 OFFSET 4999999',
    )
    await expect(failure).rejects.toMatchObject({ code: 'disk.full', canRetry: true })
  })

  test('takes a want of memory for something that may pass, and a mistake not', async () => {
    const db = await open()
    await db.run("SET memory_limit = '20MB'")
    const failure = db.rows("SELECT length(string_agg(repeat('x', 1000), '')) FROM range(100000)")
    await expect(failure).rejects.toMatchObject({
      code: 'database.failed',
      canRetry: true,
      message: expect.stringContaining('Out of Memory'),
    })
    await expect(db.run('SELECT nothing')).rejects.toMatchObject({ code: 'database.failed', canRetry: false })
  })
})

test('quoting lets no text out of its quotes', async () => {
  const db = await open()
  const awkward = `a'b"c; DROP TABLE x -- \\ 🌿`
  expect(await db.rows(`SELECT ${sqlString(awkward)} AS ${sqlIdentifier(awkward)}`)).toEqual([
    { [awkward]: awkward },
  ])
  expect(
    await db.rows(
      `SELECT len(${sqlList([awkward, ''])})::INTEGER AS n, len(${sqlList([])})::INTEGER AS none`,
    ),
  ).toEqual([{ n: 2, none: 0 }])
})
