import { describe, expect, it } from 'vitest'
import { terminalProgress } from '../../src/cli/terminal-progress.ts'

function recorder(isTTY: boolean) {
  let text = ''
  const write = (part: string) => {
    text += part
  }
  return { terminal: { isTTY, write }, text: () => text }
}

describe('terminalProgress', () => {
  it('writes a line per finished stage to a log, and progress every ten seconds only', () => {
    const { terminal, text } = recorder(false)
    let time = 0
    const observer = terminalProgress(terminal, () => time)
    observer.stage({ stage: 'land', state: 'started' })
    for (time = 1000; time <= 20_000; time += 1000)
      observer.stage({ stage: 'land', state: 'progress', done: time, total: 20_000, unit: 'records' })
    observer.stage({ stage: 'land', state: 'finished', durationMs: 20_000 })
    expect(text()).toBe(
      '  land       10,000 of 20,000 records\n  land       20,000 of 20,000 records\n✓ land       20.0 s\n',
    )
  })

  it('rewrites one line in a terminal and ends it with the stage', () => {
    const { terminal, text } = recorder(true)
    const observer = terminalProgress(terminal)
    observer.stage({ stage: 'land', state: 'started' })
    observer.stage({ stage: 'land', state: 'failed', message: 'the disk is full' })
    expect(text()).toBe('  land       …\r\x1b[2K✗ land       the disk is full\n')
  })
})
