import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cliFiles } from '../src/cli/generated-files.ts'
import { PlatformError } from '../src/contracts/errors.ts'
import { generators } from '../src/contracts/generated/generators.ts'

/** Writes every generated file; with `--check` writes nothing and fails when one differs from what it should be. */
const isCheck = process.argv.includes('--check')
const root = join(import.meta.dirname, '..')
const differing: string[] = []

for (const { path, content } of generated()) {
  const target = join(root, path)
  const present = await readFile(target, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (present === content) continue
  differing.push(path)
  if (isCheck) continue
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, content)
}

if (isCheck && differing.length > 0) {
  console.error(
    `generate: out of date: ${differing.join(', ')}; run \`npm run generate\` and commit the result`,
  )
  process.exitCode = 1
} else {
  console.log(
    differing.length === 0 ? 'generate: everything is up to date' : `generate: wrote ${differing.join(', ')}`,
  )
}

function generated() {
  try {
    return [...generators, cliFiles].flatMap((generate) => generate())
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error
    console.error(`generate: ${error.message} [${error.code}]`)
    process.exit(1)
  }
}
