import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkFreeSpace, freeBytes } from '../../src/cli/free-space.ts'
import { rejectionOf } from './error-of.ts'

describe('checkFreeSpace', () => {
  it('measures where the folder will lie and refuses before anything is written', async () => {
    const folder = join(tmpdir(), 'not', 'there', 'yet')
    expect(await freeBytes(folder)).toBeGreaterThan(0)
    await checkFreeSpace(folder, 1)
    const error = await rejectionOf(checkFreeSpace(folder, 1e18))
    expect(error.code).toBe('disk.full')
    expect(error.message).toContain('choose another folder with --data')
  })
})
