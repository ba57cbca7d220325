import { readdirSync, readFileSync } from 'node:fs'

/** Seconds that the processors gave to a process and what it started; undefined where the system does not tell. */
export function processorSeconds(pid: number): number | undefined {
  const ticks = family(pid).map((each) => {
    const fields = readText(`/proc/${each}/stat`).split(') ')[1]?.split(' ') ?? []
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
  })
  const sum = ticks.reduce((total, each) => total + each, 0)
  return sum === 0 ? undefined : sum / 100
}

/** A process and all it started, as far as the system tells. */
export function family(pid: number): number[] {
  const tasks = (() => {
    try {
      return readdirSync(`/proc/${pid}/task`)
    } catch {
      return []
    }
  })()
  const children = tasks.flatMap((task) =>
    readText(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  )
  return [pid, ...children.flatMap(family)]
}

/** Empty when the file is not there. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
