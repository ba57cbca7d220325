import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './machine.mjs'

/** Hash over names and bytes of files and folders, in one order on every machine; missing ones count as such. */
export function contentHash(paths, folder = root) {
  const hash = createHash('sha256')
  const visit = (path) => {
    const full = join(folder, path)
    if (!existsSync(full)) return
    const children = readChildren(full)
    if (children === undefined) hash.update(`${path}\0`).update(readFileSync(full)).update('\0')
    else for (const child of children) visit(`${path}/${child}`)
  }
  for (const path of paths) visit(path)
  return hash.digest('hex')
}

function readChildren(path) {
  try {
    return readdirSync(path)
      .filter((name) => name !== '__pycache__')
      .sort()
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  }
}
