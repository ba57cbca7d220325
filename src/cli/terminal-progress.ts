import type { Observer, StageEvent } from '../contracts/observer.ts'
import type { Terminal } from './command-line.ts'

const intervalMs = { terminal: 200, log: 10_000 }

/** Shows stages as they go: one line rewritten in a terminal, a line every ten seconds in a log. */
export function terminalProgress(terminal: Terminal, now: () => number = () => performance.now()): Observer {
  let shownAt = Number.NEGATIVE_INFINITY
  let isLineOpen = false
  const write = (text: string, isFinal: boolean) => {
    if (terminal.isTTY) terminal.write(`${isLineOpen ? '\r\x1b[2K' : ''}${text}${isFinal ? '\n' : ''}`)
    else terminal.write(`${text}\n`)
    isLineOpen = terminal.isTTY && !isFinal
  }
  return {
    count() {},
    stage(event) {
      if (event.state === 'progress') {
        if (now() - shownAt < (terminal.isTTY ? intervalMs.terminal : intervalMs.log)) return
        shownAt = now()
        write(describe(event), false)
      } else if (event.state === 'started') {
        shownAt = now()
        if (terminal.isTTY) write(describe(event), false)
      } else write(describe(event), true)
    },
  }
}

function describe({ stage, state, done, total, unit, message, durationMs }: StageEvent): string {
  const name = stage.padEnd(10)
  const count =
    done === undefined
      ? ''
      : `${format(done)}${total === undefined ? '' : ` of ${format(total)}`} ${unit ?? ''}`
  const detail = [count.trim(), message ?? ''].filter((part) => part !== '').join(' · ')
  if (state === 'failed') return `✗ ${name} ${message ?? 'failed'}`
  if (state === 'finished')
    return `✓ ${name} ${((durationMs ?? 0) / 1000).toFixed(1)} s${detail ? `  ${detail}` : ''}`
  return `  ${name} ${detail || '…'}`
}

const format = (value: number) => value.toLocaleString('en')
