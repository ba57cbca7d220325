import { regions, regionTable } from '../plan/geography.ts'
import { influencers } from '../plan/influencer-plan.ts'
import { byteSum, hash, lognormalTable, pick, rehash, unit, weightTable } from '../random.ts'

/** What a person is born with; nothing the shop does changes it. */
export interface Person {
  id: number
  region: number
  /** Factor on how often the person thinks of natural cosmetics, mean about 1. */
  interest: number
  /** Factor on how readily a visit becomes an order, mean about 1. */
  readiness: number
  usesFacebook: boolean
  usesInstagram: boolean
  watchesVideo: boolean
  /** Reached by shopping and discovery placements outside search. */
  seesSurfaces: boolean
  seeksCoupons: boolean
  /** Would take the newsletter, text messages. */
  likesEmail: boolean
  likesTexts: boolean
  /** Lets ad platforms follow. */
  acceptsAds: boolean
  followsAnyone: boolean
  /** Orders without an account. */
  isGuest: boolean
  /** Lives near the boutique and buys there at times. */
  isNearBoutique: boolean
  deviceCount: number
  /** Preferred category index. */
  taste: number
}

/** Purposes of the draws made once per person, and of the streams that begin after them. */
const TRAITS = 1
const FOLLOWS = 2

const interestTable = lognormalTable(0.9)
const readinessTable = lognormalTable(0.6)
const tasteTable = weightTable([30, 20, 16, 12, 9, 5, 2, 6])
const boutiqueRegion = regions.findIndex((region) => region.code === 'FR-ARA')
const followShare = 1 - influencers.reduce((rest, person) => rest * (1 - person.audienceShare), 1)

export function createPerson(): Person {
  return {
    id: 0,
    region: 0,
    interest: 1,
    readiness: 1,
    usesFacebook: false,
    usesInstagram: false,
    watchesVideo: false,
    seesSurfaces: false,
    seeksCoupons: false,
    likesEmail: false,
    likesTexts: false,
    acceptsAds: false,
    followsAnyone: false,
    isGuest: false,
    isNearBoutique: false,
    deviceCount: 1,
    taste: 0,
  }
}

/** Fills `person` with the traits of person `id`. */
export function meetPerson(seed: number, id: number, person: Person): Person {
  const h = hash(seed, id, TRAITS)
  const habits = rehash(h, 1)
  const commerce = rehash(h, 2)
  person.id = id
  person.region = pick(regionTable, rehash(h, 3))
  person.interest = interestTable[byteSum(rehash(h, 4))]!
  person.readiness = readinessTable[byteSum(rehash(h, 5))]!
  person.usesFacebook = (habits & 255) < 128
  person.usesInstagram = ((habits >>> 8) & 255) < 140
  person.watchesVideo = ((habits >>> 16) & 255) < 154
  person.seeksCoupons = habits >>> 24 < 38
  person.likesEmail = (commerce & 255) < 150
  person.likesTexts = ((commerce >>> 8) & 255) < 60
  person.acceptsAds = ((commerce >>> 16) & 255) < 160
  person.isGuest = commerce >>> 24 < 36
  person.isNearBoutique = person.region === boutiqueRegion && unit(rehash(h, 6)) < 0.3
  const devices = unit(rehash(h, 7))
  person.seesSurfaces = unit(rehash(h, 10)) < 0.4
  person.deviceCount = devices < 0.58 ? 1 : devices < 0.93 ? 2 : 3
  person.taste = pick(tasteTable, rehash(h, 8))
  person.followsAnyone = unit(rehash(h, 9)) < followShare
  return person
}

/** Whether a person follows an influencer; only asked of people who follow anyone. */
export function follows(seed: number, person: number, influencer: number): boolean {
  return unit(hash(seed, person, FOLLOWS, influencer)) < influencers[influencer]!.audienceShare / followShare
}

/** Orders and last order day (before the plan's first, so negative) of somebody who was a customer before. */
export function historyOf(seed: number, person: number): { orders: number; lastOrderDay: number } {
  const h = hash(seed, person, 3)
  return { orders: 1 + (rehash(h, 1) % 3), lastOrderDay: -1 - (rehash(h, 2) % 420) }
}
