import { PlatformError } from '../contracts/errors.ts'
import { type Observer, observeStage } from '../contracts/observer.ts'

/** One step of a graph: safe to repeat and safe to kill at any moment. */
export interface Task<Context> {
  readonly name: string
  readonly description: string
  readonly after: readonly string[]
  /** Further attempts after an error that says `canRetry`. */
  readonly retries: number
  run(context: Context): Promise<void>
}

export interface TaskGraph<Context> {
  readonly name: string
  readonly tasks: readonly Task<Context>[]
}

export interface TaskTiming {
  readonly stage: string
  readonly seconds: number
}

/** Orders tasks so that each comes after those it names. @throws {PlatformError} `internal` on a cycle. */
export function inOrder<Context>(graph: TaskGraph<Context>): Task<Context>[] {
  const ordered: Task<Context>[] = []
  const placed = new Set<string>()
  const rest = [...graph.tasks]
  while (rest.length > 0) {
    const next = rest.findIndex((task) => task.after.every((name) => placed.has(name)))
    if (next === -1) {
      const names = rest.map((task) => task.name).join(', ')
      throw new PlatformError(
        'internal',
        `orchestration: ${graph.name} has a cycle or a missing task among ${names}`,
      )
    }
    const [task] = rest.splice(next, 1) as [Task<Context>]
    placed.add(task.name)
    ordered.push(task)
  }
  return ordered
}

/** Runs a graph's tasks one after the other, each as an observed stage. */
export async function runGraph<Context>(
  graph: TaskGraph<Context>,
  context: Context,
  observer: Observer,
  onTiming: (timing: TaskTiming) => void,
): Promise<void> {
  for (const task of inOrder(graph)) {
    const startedAt = performance.now()
    try {
      await observeStage(observer, task.name, () => withRetries(task, context))
    } finally {
      onTiming({ stage: task.name, seconds: (performance.now() - startedAt) / 1000 })
    }
  }
}

async function withRetries<Context>(task: Task<Context>, context: Context): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await task.run(context)
    } catch (error) {
      const canRetry = error instanceof PlatformError && error.canRetry && attempt < task.retries
      if (!canRetry) throw error
      await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** attempt))
    }
  }
}
