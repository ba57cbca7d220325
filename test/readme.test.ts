import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts

describe.each(['README.md', 'README.fr.md', 'CONTRIBUTING.md'])('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8')

  it('links to files that exist', () => {
    const targets = [...text.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]!)
    const missing = targets.filter((target) => !/^https?:/.test(target) && !existsSync(join(root, target)))
    expect(missing).toEqual([])
  })

  it('names npm scripts that exist', () => {
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1]!)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})

it('both READMEs name the same commands, folders and parts', () => {
  const rows = (page: string) => readFileSync(join(root, page), 'utf8').match(/^\|.*\|$/gm)?.length
  const code = (page: string) =>
    new Set(
      [...readFileSync(join(root, page), 'utf8').matchAll(/`(src\/[a-z-]+|npm run [a-z:]+)`/g)].map(
        (m) => m[1],
      ),
    )
  expect(rows('README.fr.md')).toBe(rows('README.md'))
  expect(code('README.fr.md')).toEqual(code('README.md'))
})
