import { isMap, LineCounter, parseDocument } from 'yaml'
import { PlatformError } from '../contracts/errors.ts'

/** Keys and indexes from the top of the settings. */
export type SettingPath = (string | number)[]

/** An adapter's settings, read by place and kind; what does not fit fails with the file and the line. */
export interface Settings {
  keys(at: SettingPath): string[]
  list(at: SettingPath | string): unknown[]
  text(at: SettingPath | string, fallback?: string): string
  textList(at: SettingPath): string[]
  flag(at: SettingPath | string, fallback: boolean): boolean
  oneOf<const V extends readonly string[]>(
    at: SettingPath | string,
    values: V,
    fallback?: V[number],
  ): V[number]
  /** A list of names, or a map from names to texts. */
  pairs(at: SettingPath): [string, string | undefined][]
  fail(at: SettingPath | string, expected: string): never
}

/** @throws {PlatformError} `adapter.broken` with the line, here and by every reading. */
export function parseSettings(file: string, source: string): Settings {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines })
  const first = document.errors[0]
  if (first !== undefined) {
    const line = first.linePos?.[0].line ?? 1
    throw new PlatformError(
      'adapter.broken',
      `adapters: ${file} line ${line}: ${first.message.split('\n')[0]}`,
    )
  }
  const pathOf = (at: SettingPath | string): SettingPath => (typeof at === 'string' ? [at] : at)
  const get = (at: SettingPath | string): unknown => {
    const value = document.getIn(pathOf(at))
    return typeof value === 'object' && value !== null && 'toJSON' in value
      ? (value as { toJSON(): unknown }).toJSON()
      : value
  }
  const fail = (at: SettingPath | string, expected: string): never => {
    let node = document.getIn(pathOf(at), true) as { range?: [number, number, number] } | undefined
    for (let path = pathOf(at); node?.range === undefined && path.length > 0; path = path.slice(0, -1)) {
      node = document.getIn(path.slice(0, -1), true) as typeof node
    }
    const line = node?.range === undefined ? 1 : lines.linePos(node.range[0]).line
    throw new PlatformError(
      'adapter.broken',
      `adapters: ${file} line ${line}: ${pathOf(at).join('.')}: ${expected}`,
    )
  }
  if (!isMap(document.contents)) fail([], 'expected settings such as `inputs:`')
  const settings: Settings = {
    fail,
    keys: (at) => {
      const value = get(at)
      return typeof value === 'object' && value !== null ? Object.keys(value) : []
    },
    list: (at) => {
      const value = get(at)
      return Array.isArray(value) ? value : fail(at, 'expected a list')
    },
    text: (at, fallback) => {
      const value = get(at) ?? fallback
      return typeof value === 'string' ? value : fail(at, 'expected a text')
    },
    textList: (at) => {
      const value = get(at) ?? []
      const list = Array.isArray(value) ? value : [value]
      return list.every((item) => typeof item === 'string')
        ? list
        : fail(at, 'expected a text or a list of texts')
    },
    flag: (at, fallback) => {
      const value = get(at) ?? fallback
      return typeof value === 'boolean' ? value : fail(at, 'expected true or false')
    },
    oneOf: (at, values, fallback) => {
      const value = get(at) ?? fallback
      return values.includes(value as string)
        ? (value as string)
        : fail(at, `expected one of ${values.join(', ')}`)
    },
    pairs: (at) => {
      const value = get(at) ?? []
      if (Array.isArray(value)) return value.map((item) => [String(item), undefined])
      if (typeof value !== 'object') return fail(at, 'expected a list of names')
      return Object.entries(value as object).map(([key, item]) => [
        key,
        item === null ? undefined : String(item),
      ])
    },
  }
  return settings
}
