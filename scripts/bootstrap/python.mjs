// Python environments of our own, synced by uv from locks with hashes; the user's Python is never touched.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runStep } from './command.mjs'
import { root, SetupError } from './machine.mjs'

export const pythonEnvironments = {
  dbt: { title: "dbt's Python packages", seconds: 12, bytes: 350e6 },
  conformance: { title: 'the independent lake readers for tests', seconds: 12, bytes: 420e6 },
}

const supportedPython = '>=3.10,<3.14'
const uvHome = join(root, '.venv', 'uv')

/** True when the environment was synced from this very lock. */
export function pythonIsCurrent(name, folder = root) {
  const stamp = join(folder, '.venv', name, 'synced-from')
  if (!existsSync(stamp) || !existsSync(join(folder, '.venv', name, 'bin', 'python'))) return false
  return readFileSync(stamp, 'utf8') === lockHash(name, folder)
}

export async function installPython(name) {
  const uv = uvOnPath() ?? (await ownUv())
  const { title } = pythonEnvironments[name]
  const folder = join(root, '.venv', name)
  const env = environmentForUv(process.env)
  rmSync(join(folder, 'synced-from'), { force: true })
  if (!existsSync(join(folder, 'bin', 'python')))
    await runStep({
      title: `a Python for ${title}`,
      command: uv,
      args: ['venv', '--clear', '--python', supportedPython, folder],
      env,
      log: `python-${name}-venv`,
      mend: `install Python 3.10 to 3.13 (${installPythonCommand()}), then run the same command again.`,
    })
  await runStep({
    title,
    command: uv,
    args: [
      'pip',
      'sync',
      '--require-hashes',
      '--python',
      join(folder, 'bin', 'python'),
      `requirements/${name}.lock`,
    ],
    env,
    log: `python-${name}-sync`,
    mend: 'check the network (HTTPS_PROXY, UV_INDEX_URL and SSL_CERT_FILE are honoured), then run the same command again.',
  })
  writeFileSync(join(folder, 'synced-from'), lockHash(name, root))
}

/** uv and pip spell the same settings differently; whichever the user has, both get. */
export function environmentForUv(env) {
  const index = env.UV_DEFAULT_INDEX ?? env.UV_INDEX_URL ?? env.PIP_INDEX_URL
  const certificates = env.SSL_CERT_FILE ?? env.PIP_CERT
  return {
    ...env,
    ...(index ? { UV_DEFAULT_INDEX: index, PIP_INDEX_URL: env.PIP_INDEX_URL ?? index } : {}),
    ...(certificates ? { SSL_CERT_FILE: certificates, PIP_CERT: env.PIP_CERT ?? certificates } : {}),
    UV_NO_PROGRESS: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
  }
}

function uvOnPath() {
  return spawnSync('uv', ['--version'], { stdio: 'ignore' }).status === 0 ? 'uv' : undefined
}

async function ownUv() {
  const uv = join(uvHome, 'bin', 'uv')
  const stamp = join(uvHome, 'synced-from')
  if (existsSync(uv) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash('uv', root)) return uv
  const python = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'].find(canMakeEnvironments)
  if (python === undefined)
    throw new SetupError(
      `Python with its venv module is missing: run \`${installPythonCommand()}\`, then the same command again.`,
    )
  const env = environmentForUv(process.env)
  await runStep({
    title: 'a virtual environment for uv',
    command: python,
    args: ['-m', 'venv', '--clear', uvHome],
    env,
    log: 'uv-venv',
    mend: `run \`${installPythonCommand()}\`, then the same command again.`,
  })
  await runStep({
    title: 'uv, the installer of Python packages',
    command: join(uvHome, 'bin', 'python'),
    args: ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', 'requirements/uv.lock'],
    env,
    log: 'uv-install',
    mend: 'check the network (HTTPS_PROXY, PIP_INDEX_URL and SSL_CERT_FILE are honoured), then run the same command again.',
  })
  writeFileSync(stamp, lockHash('uv', root))
  return uv
}

function canMakeEnvironments(python) {
  return spawnSync(python, ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status === 0
}

export function installPythonCommand(platform = process.platform) {
  if (platform === 'darwin') return 'brew install python@3.13'
  if (existsSync('/etc/debian_version')) return 'sudo apt-get install -y python3 python3-venv'
  return existsSync('/etc/fedora-release') ? 'sudo dnf install -y python3' : 'install python3 (3.10 to 3.13)'
}

export function lockHash(name, folder) {
  return createHash('sha256')
    .update(readFileSync(join(folder, 'requirements', `${name}.lock`)))
    .digest('hex')
}
