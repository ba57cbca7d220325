// Reads Vitest's JSON report: prints failures, skipped tests and the ten slowest; the last line is "passed failed".
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { root } from './bootstrap/machine.mjs'

const report = readReport(process.argv[2])
if (report === undefined) {
  process.stdout.write('the tests left no report\n0 1\n')
} else {
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({ ...test, file: relative(root, file.name) })),
  )
  const named = (test) => `${test.file} › ${test.fullName}`
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  for (const file of broken) process.stdout.write(`failed to load: ${relative(root, file.name)}\n`)
  for (const test of tests.filter(({ status }) => status === 'failed'))
    process.stdout.write(`failed: ${named(test)}\n`)
  for (const test of tests.filter(({ status }) => status === 'pending' || status === 'skipped'))
    process.stdout.write(`skipped: ${named(test)}\n`)
  process.stdout.write('ten slowest tests:\n')
  for (const test of tests.sort((a, b) => (b.duration ?? 0) - (a.duration ?? 0)).slice(0, 10))
    process.stdout.write(`  ${((test.duration ?? 0) / 1000).toFixed(2)} s  ${named(test)}\n`)
  process.stdout.write(`${report.numPassedTests} ${report.numFailedTests + broken.length}\n`)
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
