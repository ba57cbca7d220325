import bowser from 'bowser'
import { deviceOf, isCrawler } from '../../contracts/channels/device-of.ts'

export interface VisitorAgent {
  readonly device_type: 'desktop' | 'mobile' | 'tablet' | 'bot' | 'other'
  /** Family without version, like `Firefox`; undefined when unknown. */
  readonly browser: string | undefined
  readonly operating_system: string | undefined
}

/** Real ones stay below; what is longer is read up to here, so that nobody fills the memory. */
const longestUserAgent = 512

/** Reads user agents and remembers the last ones: a shop's visitors have a few hundred between them. */
export function createAgentReader(maxRemembered = 5_000): (userAgent: string) => VisitorAgent {
  const remembered = new Map<string, VisitorAgent>()
  return (given) => {
    const userAgent = given.slice(0, longestUserAgent)
    const known = remembered.get(userAgent)
    if (known !== undefined) return known
    const agent = readAgent(userAgent)
    if (remembered.size >= maxRemembered) remembered.clear()
    remembered.set(userAgent, agent)
    return agent
  }
}

function readAgent(userAgent: string): VisitorAgent {
  if (userAgent.trim() === '')
    return { device_type: 'other', browser: undefined, operating_system: undefined }
  const { browser, os } = bowser.parse(userAgent)
  return {
    device_type: isCrawler(userAgent) ? 'bot' : deviceOf(userAgent),
    browser: browser.name || undefined,
    operating_system: os.name || undefined,
  }
}
