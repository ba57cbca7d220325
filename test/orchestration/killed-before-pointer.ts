// A run that is killed, with SIGKILL, after its tables are committed and before the pointer names them:
// `node killed-before-pointer.ts DATA_DIR`.
import { runPipeline, startRunDbt } from '../../src/orchestration/run-pipeline.ts'
import { runOptions } from './increments.ts'

const options = runOptions(process.argv[2] ?? '')
const dbt = startRunDbt(options)
const query: typeof dbt.query = async (sql) => {
  if (sql.includes('newest_at')) process.kill(process.pid, 'SIGKILL')
  return dbt.query(sql)
}
await runPipeline({ ...options, dbt: { ...dbt, query } })
