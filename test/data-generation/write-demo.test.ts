import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { writeDemo, writeDemoDay } from '../../src/data-generation/write-demo.ts'

const freshDir = () => mkdtemp(join(tmpdir(), 'sillage-demo-'))

async function digests(rawDir: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const folder of (await readdir(rawDir)).sort())
    for (const name of (await readdir(join(rawDir, folder))).sort()) {
      const bytes = await readFile(join(rawDir, folder, name))
      found.set(`${folder}/${name}`, createHash('sha256').update(bytes).digest('hex'))
    }
  return found
}

const one = (all: Map<string, string>) =>
  createHash('sha256')
    .update([...all].map(([name, digest]) => `${name} ${digest}\n`).join(''))
    .digest('hex')

describe('writeDemo', () => {
  it('writes the same bytes on every machine', async () => {
    const rawDir = await freshDir()
    const summary = await writeDemo({ rawDir, size: 'small' })
    const all = await digests(rawDir)
    expect(all.size).toBe(summary.files)
    expect(summary.webEvents).toBeGreaterThan(35_000)
    expect(summary.webEvents).toBeLessThan(50_000)
    expect(one(all)).toMatchInlineSnapshot(
      `"f11583bb98a293f20c8b346df2e77cf8deb9298f62bef44efcb4fba3b7c3870a"`,
    )
  })

  it('writes other bytes for another seed', async () => {
    const [first, second] = [await freshDir(), await freshDir()]
    const short = { size: 'small', endDate: '2025-11-05' } as const
    await writeDemo({ ...short, rawDir: first, seed: 1 })
    await writeDemo({ ...short, rawDir: second, seed: 2 })
    expect(one(await digests(first))).not.toBe(one(await digests(second)))
  })

  it('adds a day without touching what was delivered before', async () => {
    const rawDir = await freshDir()
    const short = { size: 'small', endDate: '2025-11-28', rawDir } as const
    await writeDemo(short)
    const before = await digests(rawDir)
    const summary = await writeDemoDay({ ...short, date: '2025-11-29' })
    const after = await digests(rawDir)
    for (const [name, digest] of before) expect([name, after.get(name)]).toEqual([name, digest])
    expect(after.size - before.size).toBe(summary.files)
    expect(summary.webEvents).toBeGreaterThan(200)
    const whole = await freshDir()
    await writeDemo({ ...short, rawDir: whole, endDate: '2025-11-29' })
    const atOnce = await digests(whole)
    for (const [name, digest] of after)
      if (name.startsWith('web/')) expect([name, atOnce.get(name)]).toEqual([name, digest])
    expect(after.get('crm/orders-2025-11-29.csv')).toBe(atOnce.get('crm/orders-2025-11-29.csv'))
  })

  it('refuses dates out of order in words', async () => {
    await expect(
      writeDemo({ rawDir: await freshDir(), startDate: '2025-02-01', endDate: '2025-01-01' }),
    ).rejects.toThrow(/on or after the start date/)
  })
})

describe('the adapters', () => {
  it('claim every file of the demo and name the columns it has', async () => {
    const rawDir = await freshDir()
    await writeDemo({ rawDir, size: 'small', endDate: '2025-11-05' })
    const claimed = new Set<string>()
    for (const name of [
      'sillage-web',
      'sillage-crm',
      'sillage-google-ads',
      'sillage-meta-ads',
      'sillage-influencers',
    ]) {
      const text = await readFile(new URL(`../../adapters/${name}/adapter.yml`, import.meta.url), 'utf8')
      const adapter = parse(text) as {
        folder: string
        inputs: { files: string; reader: string; columns: string[] }[]
      }
      for (const input of adapter.inputs)
        for (const file of await readdir(join(rawDir, adapter.folder))) {
          const glob = new RegExp(`^${input.files.replaceAll('.', '[.]').replaceAll('*', '.*')}$`)
          if (!glob.test(file)) continue
          claimed.add(`${adapter.folder}/${file}`)
          if (input.reader !== 'csv') continue
          const [header] = (await readFile(join(rawDir, adapter.folder, file), 'utf8')).split('\n')
          expect([file, header]).toEqual([file, input.columns.join(',')])
        }
    }
    expect([...(await digests(rawDir)).keys()].filter((file) => !claimed.has(file))).toEqual([])
  })
})
