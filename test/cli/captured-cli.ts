import { runCli } from '../../src/cli/run-cli.ts'

/** Runs a command line in this process and keeps what it wrote. */
export async function captureCli(argv: readonly string[], environment: Record<string, string> = {}) {
  const written = { stdout: '', stderr: '' }
  const keep = (stream: 'stdout' | 'stderr') => ({
    isTTY: false,
    write: (text: string) => {
      written[stream] += text
    },
  })
  const exitCode = await runCli(argv, { environment, stdout: keep('stdout'), stderr: keep('stderr') })
  return { exitCode, ...written }
}
