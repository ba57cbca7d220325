/** What happened to one record at the door of bronze. */
export type RecordOutcome = 'accepted' | 'duplicate' | 'dropped' | 'quarantined'

/** Why a record was dropped on purpose; it is counted, not kept. */
export const dropReasons = ['not_a_page', 'not_an_order', 'not_selected', 'zero_price'] as const
export type DropReason = (typeof dropReasons)[number]

/** Why a record went to quarantine, in words a shop owner understands. */
export const quarantineReasons = {
  malformed_record: 'The line could not be read: columns, quotes or brackets do not match.',
  incomplete_file: 'The file ends too early; deliver it again.',
  unreadable_file: 'The file could not be read as its adapter says.',
  wrong_encoding: 'The text is not valid UTF-8.',
  nul_character: 'The text contains a NUL character, which no warehouse can store.',
  too_long: 'A value is longer than this column allows.',
  missing_value: 'A value that this table cannot do without is empty.',
  not_a_number: 'A number was expected.',
  too_many_decimals: 'The number has more decimals than this column keeps.',
  not_a_timestamp: 'A date and time was expected.',
  not_a_date: 'A date was expected.',
  not_a_flag: 'True or false was expected.',
  unknown_value: 'The value is not one of those this column knows.',
  wrong_format: 'The value does not look as this column requires.',
  time_out_of_range: 'The date lies before 2000 or in the future.',
  number_out_of_range: 'The number is negative where it cannot be, or absurdly large.',
  unknown_currency: 'The currency is not an ISO 4217 code.',
  missing_version: 'The record does not say which version of its table’s contract it keeps.',
  newer_contract: 'The record was written for a newer version of this platform; upgrade, then try it again.',
  unknown_table: 'The record names no table that this platform has.',
  cannot_delete: 'Rows of this table cannot be deleted.',
} as const
export type QuarantineReason = keyof typeof quarantineReasons
