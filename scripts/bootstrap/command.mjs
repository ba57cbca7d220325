// Runs the installers: quiet while all is well, the end of their output when it is not.
import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, SetupError } from './machine.mjs'

const logFolder = join(root, '.cache', 'logs')

/**
 * Runs one installer and says when it starts and how long it took; its output goes to .cache/logs.
 * @param {{ title: string, command: string, args: string[], env?: NodeJS.ProcessEnv, log: string, mend: string }} step
 */
export async function runStep({ title, command, args, env = process.env, log, mend }) {
  mkdirSync(logFolder, { recursive: true })
  const logFile = join(logFolder, `${log}.log`)
  writeFileSync(logFile, '')
  const startedAt = Date.now()
  say(`${title} …`)
  const heartbeat = setInterval(() => say(`${title} … ${seconds(startedAt)}`), 15_000)
  const code = await exitCode(command, args, env, (chunk) => appendFileSync(logFile, chunk))
  clearInterval(heartbeat)
  if (code !== 0) {
    const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-12).join('\n')
    if (tail !== '') process.stderr.write(`${tail}\n`)
    throw new SetupError(`${title} failed: ${mend}`)
  }
  say(`${title}: done in ${seconds(startedAt)}`)
}

export function say(line) {
  process.stderr.write(`  ${line}\n`)
}

function exitCode(command, args, env, onOutput) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', onOutput)
    child.stderr.on('data', onOutput)
    child.on('error', (error) => {
      onOutput(`${error.message}\n`)
      resolve(127)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/** Hands the terminal to a program and passes its exit code on; Ctrl-C reaches both, the program decides. */
export function handOver(command, args, env = process.env) {
  const child = spawn(command, args, { cwd: process.cwd(), env, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`)
      resolve(1)
    })
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}

const seconds = (startedAt) => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`
