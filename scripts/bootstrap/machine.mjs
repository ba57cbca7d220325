// What the machine offers: checked before anything is installed. Runs on Node 20, without packages.
import { statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** What the user has to mend; printed as one line, without a stack. */
export class SetupError extends Error {}

const supported = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'])

export function checkPlatform({ platform = process.platform, arch = process.arch } = {}) {
  if (platform === 'win32')
    throw new SetupError(
      'Windows is supported through WSL2: run `wsl --install`, open Ubuntu, and clone and start there.',
    )
  if (!supported.has(`${platform}-${arch}`))
    throw new SetupError(
      `${platform} on ${arch} is not supported; Linux and macOS on x64 or arm64 are. Run Sillage on one of those.`,
    )
}

export function checkNodeVersion(version = process.versions.node) {
  if (Number(version.split('.')[0]) < 20)
    throw new SetupError(
      `Node ${version} is too old to begin with: install Node 20 or later (https://nodejs.org), then run the same command again.`,
    )
}

export function freeBytes(folder = root) {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** @param {number} neededBytes what the coming steps will write, at most */
export function checkDisk(neededBytes, available = freeBytes()) {
  if (available < neededBytes)
    throw new SetupError(
      `The disk has ${megabytes(available)} free and ${megabytes(neededBytes)} are needed: free some space, then run the same command again.`,
    )
}

export const megabytes = (bytes) =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`
