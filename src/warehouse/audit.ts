import { PlatformError } from '../contracts/errors.ts'
import type { Dbt, DbtNode } from './dbt.ts'

export interface TestOutcome {
  readonly test: string
  readonly model: string | null
  readonly status: 'pass' | 'warn' | 'fail' | 'error'
  readonly failures: number | null
  readonly message: string | null
}

/** A test of error severity that did not pass, with some of the rows that broke it. */
export interface FailedTest extends TestOutcome {
  readonly sampleColumns: readonly string[]
  readonly sampleRows: readonly (readonly unknown[])[]
}

export interface Audit {
  readonly tests: readonly TestOutcome[]
  readonly failed: readonly FailedTest[]
}

const sampleSize = 20

/**
 * Runs the data tests on what the run built; nothing is published unless `failed` is empty.
 *
 * @param options.isPartial Leaves out models that are computed when somebody asks for them (tag `on_demand`): a
 *   partial run writes nothing of theirs.
 */
export async function audit(
  dbt: Dbt,
  options: { readonly isPartial: boolean },
  onNode: (node: string, status: string) => void,
): Promise<Audit> {
  const left = options.isPartial ? ['--exclude', 'tag:on_demand'] : []
  const result = await dbt.invoke(['test', '--select', 'test_type:data', ...left], onNode)
  const nodes = result.nodes.filter((node) => node.resourceType === 'test')
  if (!result.ok && nodes.length === 0) {
    throw new PlatformError('transform.failed', `transform: the tests could not run: ${result.error}`)
  }
  const failed: FailedTest[] = []
  for (const node of nodes) {
    if (node.status === 'fail' || node.status === 'error') failed.push(await withSample(dbt, node))
  }
  return { tests: nodes.map(outcomeOf), failed }
}

function outcomeOf(node: DbtNode): TestOutcome {
  return {
    test: node.name,
    model: node.testedModel,
    status: node.status as TestOutcome['status'],
    failures: node.failures,
    message: node.message,
  }
}

async function withSample(dbt: Dbt, node: DbtNode): Promise<FailedTest> {
  const outcome = outcomeOf(node)
  if (node.compiled === null || node.status === 'error')
    return { ...outcome, sampleColumns: [], sampleRows: [] }
  const sample = await dbt.query(`select * from (${node.compiled}) as failing limit ${sampleSize}`)
  return { ...outcome, sampleColumns: sample.columns, sampleRows: sample.rows }
}
