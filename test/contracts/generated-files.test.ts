import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generators } from '../../src/contracts/generated/generators.ts'

const root = join(import.meta.dirname, '..', '..')

describe('generated files', () => {
  const files = generators.flatMap((generate) => generate())
  it.each(files.map((file) => [file.path, file.content] as const))(
    '%s is what its generator makes',
    async (path, content) => {
      expect(path.includes('.generated.') || content.includes('Generated from')).toBe(true)
      expect(await readFile(join(root, path), 'utf8')).toBe(content)
    },
  )
})
