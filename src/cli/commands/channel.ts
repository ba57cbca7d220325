import { existsSync } from 'node:fs'
import { Option } from 'commander'
import { campaignChannel } from '../../contracts/channels/campaign-channels.ts'
import { type ChannelMode, channelModes } from '../../contracts/channels/channel-rules.ts'
import {
  type CampaignIndex,
  classifyChannel,
  indexCampaigns,
} from '../../contracts/channels/classify-channel.ts'
import { PlatformError } from '../../contracts/errors.ts'
import { openDuckDb } from '../../database/duckdb.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { lakeTables, openLakeViews, queryLake } from '../lake-query.ts'
import { renderCsv, renderTable } from '../rendered-table.ts'
import { findShop } from '../shop.ts'

/** Columns a file of visits may have; all are optional, one must be there. */
const evidenceColumns = ['source', 'medium', 'campaign', 'referrer', 'landing_url', 'campaign_id'] as const
type Visit = Partial<Record<(typeof evidenceColumns)[number], string | null>>

interface ChannelOptions {
  readonly mode: ChannelMode
  readonly format: 'table' | 'csv'
}

/** `sillage channel`: which channel each visit of a file belongs to, and the rule that decided. */
export const addChannel: AddCommand = (program, act) => {
  const command = program
    .command('channel')
    .description('tell the channel of each visit in a file and the rule that decided')
    .argument('<file>', `CSV with a header and some of ${evidenceColumns.join(', ')}`)
    .addOption(
      new Option('--mode <mode>', "spend_aligned: a campaign's visits follow its spend; ga4: GA4's own rules")
        .choices(channelModes)
        .default('spend_aligned'),
    )
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'csv']).default('table'))
    .action(
      act(async ({ configuration: { dataDir } }, file: string, { mode, format }: ChannelOptions) => {
        const visits = await readVisits(file)
        const campaigns = await knownCampaigns(dataDir)
        const rows = visits.map((visit) => {
          const verdict = classifyChannel(
            {
              source: visit.source ?? undefined,
              medium: visit.medium ?? undefined,
              campaign: visit.campaign ?? undefined,
              referrer: visit.referrer ?? undefined,
              landingUrl: visit.landing_url ?? undefined,
              campaignId: visit.campaign_id ?? undefined,
            },
            mode,
            { campaigns },
          )
          return { ...visit, channel: verdict.channel, rule: verdict.rule, is_assumed: verdict.isAssumed }
        })
        const columns = [...Object.keys(visits[0] ?? {}), 'channel', 'rule', 'is_assumed']
        const cells = rows.map((row) =>
          columns.map((column) => (row as Record<string, string | boolean | null>)[column]),
        )
        return {
          text: format === 'csv' ? renderCsv(columns, cells) : renderTable(columns, cells),
          json: rows,
        }
      }),
    )
  examples(command, [
    ['where would these visits go?', 'sillage channel visits.csv'],
    ['what Google Analytics 4 would say', 'sillage channel visits.csv --mode ga4 --format csv'],
  ])
}

async function readVisits(file: string): Promise<Visit[]> {
  if (!existsSync(file)) throw new PlatformError('file.missing', `channel: there is no file ${file}`)
  const db = await openDuckDb()
  try {
    const rows = await db.rows<Record<string, string | null>>(
      'SELECT * FROM read_csv($1, header = true, all_varchar = true, null_padding = true)',
      [file],
    )
    const given = Object.keys(rows[0] ?? {})
    const spelling = new Map(given.map((name) => [name.trim().toLowerCase().replaceAll(/[ -]/g, '_'), name]))
    const present = evidenceColumns.filter((column) => spelling.has(column))
    if (rows.length > 0 && present.length === 0)
      throw new PlatformError(
        'file.unreadable',
        `channel: ${file} has none of the columns ${evidenceColumns.join(', ')}; its columns are ${given.join(', ')}`,
      )
    return rows.map((row) =>
      Object.fromEntries(present.map((column) => [column, row[spelling.get(column) ?? column] ?? null])),
    )
  } finally {
    db.close()
  }
}

/** Campaigns of the shop in the data folder; none when there is no shop or it advertises nowhere. */
async function knownCampaigns(dataDir: string): Promise<CampaignIndex> {
  const hasShop = (await findShop(dataDir)) !== undefined
  const tables = hasShop ? await lakeTables(dataDir) : []
  if (!tables.some((table) => table.name === 'bronze.ad_campaigns')) return indexCampaigns([])
  const db = await openLakeViews(dataDir)
  try {
    const { rows } = await queryLake(
      db,
      `SELECT platform, campaign_id, campaign_name, coalesce(campaign_type, '') FROM bronze.ad_campaigns
       QUALIFY row_number() OVER (PARTITION BY platform, campaign_id ORDER BY updated_at DESC, _arrived_at DESC) = 1`,
    )
    return indexCampaigns(
      rows.map(([platform, id, name, type]) => ({
        platform: String(platform),
        campaignId: String(id),
        campaignName: String(name ?? ''),
        channel: campaignChannel(String(platform), String(type)),
      })),
    )
  } finally {
    db.close()
  }
}
