import type { MarketingSums } from '../../../contracts/metrics/measures.ts'

/** A channel that costs nothing shows no cost rather than 0.00. */
export const withoutEmptyCost = <R extends MarketingSums>(row: R) =>
  row.cost === 0 && row.spend === 0 ? { ...row, cost: null, spend: null } : row

/** Marks a return per unit of cost below 1. */
export const underBreakEven = (value: number | null) => (value !== null && value < 1 ? 'bad' : undefined)

/** Marks a result below zero. */
export const loses = (value: number | null) => (value !== null && value < 0 ? 'bad' : undefined)
