import { join } from 'node:path'
import { openLogOfFolder } from '../../../src/ingestion/event-log/embedded-log.ts'
import { temporaryFolder } from '../../lake/temporary-folder.ts'
import { describeEventLog } from './conformance.ts'

const folder = temporaryFolder()

describeEventLog(
  'the embedded log',
  async () => {
    const dataDir = join(folder, 'conformance')
    const outside = await openLogOfFolder(dataDir)
    return {
      open: () => openLogOfFolder(dataDir),
      truncate: async (topic, partition, before) => {
        await outside.dropBefore(topic, partition, before)
      },
      deleteTopic: (topic) => outside.dropTopic(topic),
    }
  },
  { runs: 60 },
)
