import type { Command } from 'commander'
import { errorCodes } from '../contracts/errors.ts'
import { settings } from './configuration.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { createProgram } from './program.ts'

interface GeneratedFile {
  readonly path: string
  readonly content: string
}

/** `.env.example` and the reference pages of the command line, made of what the code says. */
export function cliFiles(): GeneratedFile[] {
  return [
    { path: '.env.example', content: environmentExample() },
    { path: 'docs/guide/configuration.md', content: configurationPage() },
    { path: 'docs/guide/cli.md', content: commandPage() },
  ]
}

function environmentExample(): string {
  const entries = settings.map(
    ({ variable, description, default: standard }) => `# ${description}\n# ${variable}=${standard ?? ''}\n`,
  )
  return `# Copy to .env and take the # off what you change. The environment goes first.\n\n${entries.join('\n')}`
}

function configurationPage(): string {
  const rows = settings.map(
    ({ variable, description, default: standard }) =>
      `| \`${variable}\` | ${standard === undefined || standard === '' ? '–' : `\`${standard}\``} | ${description} |`,
  )
  return `# Configuration

Settings come from the command line, else from the environment, else from \`.env\` in the current folder, else from the default. They are validated once, at the start of a command. This page is generated from \`src/cli/configuration.ts\`.

| variable | default | meaning |
|---|---|---|
${rows.join('\n')}

Installing honours npm's registry setting, \`HTTPS_PROXY\`, \`NODE_EXTRA_CA_CERTS\`, \`UV_INDEX_URL\` or \`PIP_INDEX_URL\`, and \`SSL_CERT_FILE\`.
`
}

function commandPage(): string {
  const sections: string[] = []
  const quiet = { write() {}, isTTY: false }
  const { program } = createProgram({ environment: {}, stdout: quiet, stderr: quiet })
  const visit = (command: Command, name: string) => {
    if (command.commands.length === 0) sections.push(`## ${name}\n\n\`\`\`text\n${helpOf(command)}\`\`\``)
    for (const child of command.commands) visit(child, `${name} ${child.name()}`)
  }
  visit(program, 'sillage')
  const codes = Object.entries(exitCodes).map(([code, meaning]) => {
    const errors = errorCodes.filter((each) => String(exitCodeOf(each)) === code)
    return `| ${code} | ${meaning} | ${errors.map((each) => `\`${each}\``).join(', ')} |`
  })
  return `# The command line

\`npx --no-install sillage COMMAND\` in a checkout. Results go to standard output (\`--json\` for scripts), progress and errors to standard error. This page is generated from \`src/cli\`.

## Exit codes

| code | meaning | errors |
|---|---|---|
${codes.join('\n')}

${sections.join('\n\n')}
`
}

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 100 })
  command.outputHelp()
  return text
}
