import { dayOf } from '../calendar.ts'
import { hash, rehash, unit } from '../random.ts'
import { catalog } from './catalog.ts'

export interface Influencer {
  readonly id: string
  readonly name: string
  readonly platform: 'instagram' | 'tiktok' | 'youtube'
  readonly handle: string
  readonly followers: number
  /** Share of the shop's audience that follows. */
  readonly audienceShare: number
  readonly code: string
  readonly discountPercent: number
  /** Percent of value paid as commission. */
  readonly commissionPercent: number
  readonly feeCents: number
  readonly daysBetweenPosts: number
}

const influencer = (
  n: number,
  name: string,
  platform: Influencer['platform'],
  followers: number,
  audienceShare: number,
  discountPercent: number,
  commissionPercent: number,
  feeCents: number,
  daysBetweenPosts: number,
): Influencer => {
  const first = name
    .split(' ')[0]!
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
  return {
    id: `INF-${String(n).padStart(2, '0')}`,
    name,
    platform,
    handle: `@${name
      .toLowerCase()
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/[^a-z]+/g, '.')}`,
    followers,
    audienceShare,
    code: `${first.toUpperCase()}${discountPercent}`,
    discountPercent,
    commissionPercent,
    feeCents,
    daysBetweenPosts,
  }
}

export const influencers: readonly Influencer[] = [
  influencer(1, 'Léa Marchand', 'instagram', 184_000, 0.03, 15, 8, 42_000, 38),
  influencer(2, 'Inès Benali', 'tiktok', 240_000, 0.032, 10, 6, 36_000, 31),
  influencer(3, 'Camille Dorval', 'youtube', 96_000, 0.018, 10, 8, 38_000, 52),
  influencer(4, 'Manon Lescure', 'instagram', 58_000, 0.012, 10, 10, 14_000, 35),
  influencer(5, 'Sarah Kone', 'instagram', 41_000, 0.01, 10, 10, 9_500, 42),
  influencer(6, 'Chloé Vasseur', 'tiktok', 73_000, 0.012, 15, 7, 16_000, 45),
  influencer(7, 'Jade Perrin', 'instagram', 22_000, 0.006, 10, 12, 5_000, 49),
  influencer(8, 'Anaïs Roussel', 'youtube', 31_000, 0.007, 10, 10, 11_000, 63),
  influencer(9, 'Zoé Lambert', 'instagram', 15_000, 0.004, 10, 12, 3_500, 40),
  influencer(10, 'Nour Haddad', 'tiktok', 28_000, 0.006, 10, 10, 6_000, 56),
]

/** The influencer whose code appeared on a coupon site, and from when on. */
export const leakedInfluencer = 1
export const leakDays = 45

export interface InfluencerPost {
  readonly id: string
  readonly influencer: number
  readonly day: number
  readonly minute: number
  readonly kind: 'post' | 'story' | 'reel' | 'video'
  readonly campaignName: string
  readonly giftProduct: number
}

const firstPlannedDay = dayOf(2023, 1, 2)
const kinds = { instagram: ['reel', 'story', 'post'], tiktok: ['video'], youtube: ['video'] } as const

/** The calendar of posts, an input: each influencer's rhythm counts from a fixed day, whatever the horizon. */
export function postsBetween(seed: number, fromDay: number, toDay: number): InfluencerPost[] {
  const posts: InfluencerPost[] = []
  influencers.forEach((person, index) => {
    const every = person.daysBetweenPosts
    const first = Math.floor((fromDay - firstPlannedDay) / every) - 1
    for (let n = first; firstPlannedDay + n * every <= toDay; n++) {
      const h = hash(seed, 9000 + index, n)
      const day = firstPlannedDay + n * every + (h % 11)
      if (day < fromDay || day > toDay) continue
      const own = kinds[person.platform]
      posts.push({
        id: `POST-${person.id.slice(4)}-${String(n).padStart(3, '0')}`,
        influencer: index,
        day,
        minute: 17 * 60 + (rehash(h, 1) % 240),
        kind: own[rehash(h, 2) % own.length]!,
        campaignName: `${person.code.toLowerCase().replace(/[0-9]/g, '')}_${String(n).padStart(3, '0')}`,
        giftProduct: Math.floor(unit(rehash(h, 3)) * 12) % catalog.length,
      })
    }
  })
  return posts.sort((a, b) => a.day - b.day || a.minute - b.minute || (a.id < b.id ? -1 : 1))
}
