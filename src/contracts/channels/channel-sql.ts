import { campaignRules, otherCampaignChannel } from './campaign-channels.ts'
import { channelDefinitions } from './channel-list.ts'
import {
  type Condition,
  channelModes,
  channelRules,
  googleClickRule,
  knownCampaignIdRule,
  knownCampaignNameRule,
  noRule,
} from './channel-rules.ts'
import { sites } from './sites.ts'
import {
  crawlerPatterns,
  devicePatterns,
  hurriedPagesPerMinute,
  maxEventsPerVisitorDay,
  maxEventsPerVisitorMinute,
  maxHurriedPagesPerVisitorDay,
  sessionGapMinutes,
} from './visit-rules.ts'

interface GeneratedFile {
  readonly path: string
  readonly content: string
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
const list = (values: readonly string[]): string => `(${values.map(quote).join(', ')})`
const found = (text: string, pattern: string): string =>
  `{{ regexp_found(${JSON.stringify(text)}, ${JSON.stringify(pattern)}) }}`

function conditionSql(condition: Condition): string {
  if ('all' in condition) return `(${condition.all.map(conditionSql).join(' and ')})`
  if ('any' in condition) return `(${condition.any.map(conditionSql).join(' or ')})`
  if ('site' in condition) return `site_category = ${quote(condition.site)}`
  if ('oneOf' in condition) return `${condition.field} in ${list(condition.oneOf)}`
  return found(condition.field, condition.matches)
}

const cases = (branches: readonly (readonly [string, string])[], otherwise: string): string =>
  [
    'case',
    ...branches.map(([when, then]) => `  when ${when} then ${then}`),
    `  else ${otherwise}`,
    'end',
  ].join('\n')

const macro = (comment: string, signature: string, body: string): string =>
  `{# ${comment} #}\n{% macro ${signature} -%}\n${body}\n{%- endmacro %}\n`

function ruleMacros(): string[] {
  return channelModes.map((mode) =>
    macro(
      `The rule of the ${mode} list that decides, over the columns source, medium, campaign, site_category (lower case, '' for absent).`,
      `channel_rule_${mode}()`,
      cases(
        channelRules[mode].map((rule) => [conditionSql(rule.when), quote(rule.rule)] as const),
        quote(noRule),
      ),
    ),
  )
}

function channelOfRule(): string {
  const channels = new Map(
    channelModes.flatMap((mode) => channelRules[mode].map((rule) => [rule.rule, rule.channel])),
  )
  channels.set(googleClickRule, 'Paid Search')
  return macro(
    'The channel a rule stands for; a known campaign brings its own.',
    'channel_of_rule(rule)',
    cases(
      [...channels].map(([rule, channel]) => [`{{ rule }} = ${quote(rule)}`, quote(channel)] as const),
      quote('Unassigned'),
    ),
  )
}

function campaignChannelMacro(): string {
  return macro(
    'The channel of an ad campaign, shared by its spend and its visits.',
    'campaign_channel(platform, campaign_type)',
    cases(
      campaignRules.map((rule) => {
        const isOn = `lower({{ platform }}) in ${list(rule.platforms)}`
        const ofType = rule.type === undefined ? '' : ` and ${found('lower(@)', rule.type)}`
        return [
          isOn + ofType.replace('"lower(@)"', "'lower(' ~ campaign_type ~ ')'"),
          quote(rule.channel),
        ] as const
      }),
      quote(otherCampaignChannel),
    ),
  )
}

function visitMacros(): string[] {
  const userAgent = (pattern: string): string =>
    found('@', pattern).replace('"@"', "'lower(' ~ user_agent ~ ')'")
  return [
    macro(
      'True for the user agent of a crawler or a program.',
      'is_crawler(user_agent)',
      userAgent(crawlerPatterns.join('|')),
    ),
    macro(
      'Kind of device by user agent; other when unknown.',
      'device_of(user_agent)',
      cases(
        devicePatterns.map(({ device, pattern }) => [userAgent(pattern), quote(device)] as const),
        quote('other'),
      ),
    ),
    macro(
      'Minutes without an event that end a session.',
      'session_gap_minutes()',
      `{{ var('session_gap_minutes', ${sessionGapMinutes}) }}`,
    ),
    macro(
      'Events of a visitor on one business date that no person reaches.',
      'max_events_per_visitor_day()',
      String(maxEventsPerVisitorDay),
    ),
    macro(
      'Events of a visitor in one minute that no person reaches.',
      'max_events_per_visitor_minute()',
      String(maxEventsPerVisitorMinute),
    ),
    macro(
      'Pages in one minute that make it hurried.',
      'hurried_pages_per_minute()',
      String(hurriedPagesPerMinute),
    ),
    macro(
      'Pages of a visitor in hurried minutes of one business date that no person reaches.',
      'max_hurried_pages_per_visitor_day()',
      String(maxHurriedPagesPerVisitorDay),
    ),
  ]
}

const csv = (rows: readonly (readonly (string | number)[])[]): string =>
  `${rows.map((row) => row.map((cell) => (/[",]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join(',')).join('\n')}\n`

function siteSeed(): string {
  const rows = sites.flatMap(({ site, category, hosts, names }) => [
    ...hosts.map((host) => ['host', host, category, site] as const),
    ...(names ?? []).map((name) => ['name', name, category, site] as const),
  ])
  return csv([['kind', 'value', 'site_category', 'site'], ...rows])
}

function channelSeed(): string {
  const rows = channelDefinitions.map(
    ({ channel, kind, description }, index) => [index + 1, channel, kind, description] as const,
  )
  return csv([['channel_order', 'channel', 'channel_kind', 'description'], ...rows])
}

/** dbt macros and seeds that carry the channel and visit rules into SQL; paths are relative to the repository. */
export function generateChannelFiles(): GeneratedFile[] {
  const header = '{# Generated from src/contracts/channels by `npm run generate`; edit the rules there. #}\n'
  const rules = [
    `{# Rules outside the list: ${[knownCampaignIdRule, knownCampaignNameRule, googleClickRule].join(', ')}. #}\n`,
    ...ruleMacros(),
    channelOfRule(),
    campaignChannelMacro(),
  ]
  return [
    { path: 'transform/macros/channel_rules.generated.sql', content: [header, ...rules].join('\n') },
    { path: 'transform/macros/visit_rules.generated.sql', content: [header, ...visitMacros()].join('\n') },
    { path: 'transform/seeds/sites.generated.csv', content: siteSeed() },
    { path: 'transform/seeds/channels.generated.csv', content: channelSeed() },
  ]
}
