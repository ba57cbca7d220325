import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PlatformError } from '../contracts/errors.ts'
import { type Observer, observeStage } from '../contracts/observer.ts'
import { type Configuration, projectRoot } from './configuration.ts'

/** Installs the locked Python environment of dbt unless it is current. @throws {PlatformError} `python.missing`. */
export async function preparePython(configuration: Configuration, observer: Observer): Promise<void> {
  if (configuration.hasOwnPython) return
  await observeStage(observer, 'install', async () => {
    const child = spawn(process.execPath, [join(projectRoot, 'scripts', 'bootstrap.mjs'), 'dbt'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let lastLine = ''
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastLine = line.trim()
      observer.stage({ stage: 'install', state: 'progress', message: lastLine })
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    if (code !== 0) throw new PlatformError('python.missing', `python: ${lastLine}`)
  })
}
