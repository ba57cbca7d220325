/** Errors about the SQL or the machine: their words quote names, statements and paths, never rows. */
const ofSql =
  /^(Parser|Syntax|Binder|Catalog|IO|Permission|Out of Memory|TransactionContext|Interrupt|Missing Extension|Settings|Dependency) Error: /

/** Errors about values; what they say is passed on only as far as it is one of the sentences below. */
const ofValues =
  /\b(Conversion|Invalid Input|Out of Range|Constraint|Mismatch Type|Invalid Type|Not implemented|Divide by Zero|INTERNAL) Error: /

/** An error of DuckDB itself, of whatever kind. */
const ofDuckDb = /^[A-Z][\w ]* Error: /

/** DuckDB's sentences about values, and what is kept of each: types, columns, places, no value. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [
    /^Could not convert (string|value) .* to ([A-Z][A-Z0-9_]*(?:\([0-9]+,[0-9]+\))?)( when casting from source column \w+)?$/s,
    "Could not convert $1 '…' to $2$3",
  ],
  [
    /^Casting value .* to type ([A-Z]+\([0-9]+,[0-9]+\)) failed: value is out of range!( when casting from source column \w+)?$/s,
    "Casting value '…' to type $1 failed: value is out of range$2",
  ],
  [
    /^Type ([A-Z][A-Z0-9_]*(?:\([0-9]+,[0-9]+\))?) with value .* can't be cast .*the destination type ([A-Z][A-Z0-9_,()[\]]*)( when casting from source column \w+)?$/s,
    "Type $1 with value '…' cannot be cast to type $2$3",
  ],
  [/^(Overflow in \w+ of [A-Z][A-Z0-9_]*)\b.*$/s, '$1'],
  [/^Duplicate key .* violates (unique|primary key) constraint.*$/s, 'Duplicate key violates $1 constraint'],
  [/^(NOT NULL constraint failed: [\w.]+)$/, '$1'],
  [/^(CHECK constraint failed on table \w+) with expression .*$/s, '$1'],
  [
    /^(?:invalid )?(date|time|timestamp) field .*?( when casting from source column \w+)?$/s,
    "Invalid $1 '…'$2",
  ],
  [/^(Malformed JSON at byte [0-9]+) of input: .*$/s, '$1'],
  [
    /^Could not parse string .* according to format specifier ("[^"]*").*$/s,
    "Could not parse string '…' by format $1",
  ],
  [/^(CSV Error on Line: [0-9]+)\n.*$/s, '$1'],
  [/^(No magic bytes found at end of file '[^']*')$/, '$1'],
  [/^(More than one row returned by a subquery used as an expression)\b.*$/s, '$1'],
  [/^(Expected [0-9]+ parameters, but none were supplied)$/, '$1'],
]

/**
 * What DuckDB says of a failure without any value of a row or a literal: messages end up in logs and in the record
 * of runs, and rows hold personal data. Text around DuckDB's own (dbt's) stays.
 */
export function withoutValues(message: string): string {
  if (ofSql.test(message)) return withoutExcerptValues(message)
  const found = ofDuckDb.exec(message) ?? ofValues.exec(message)
  if (found === null) return message
  const head = message.slice(0, found.index) + found[0]
  const said = message.slice(head.length)
  const excerpt = said.lastIndexOf('\n\n')
  const sentence = (/^\n\n *LINE [0-9]+:/.test(said.slice(excerpt)) ? said.slice(0, excerpt) : said).trim()
  for (const [pattern, kept] of sentences) {
    if (pattern.test(sentence)) return head + sentence.replace(pattern, kept)
  }
  return `${head}what it says may quote values and is left out`
}

/** A statement's beginning, its literals left out. */
export const statementWithoutValues = (sql: string): string =>
  maskedLiterals(sql).replace(/\s+/g, ' ').trim().slice(0, 200)

const maskedLiterals = (sql: string): string => sql.replace(/'(?:[^']|'')*(?:'|$)/g, "'…'")

function withoutExcerptValues(message: string): string {
  const excerpt = message.indexOf('\n\nLINE ')
  return excerpt < 0 ? message : message.slice(0, excerpt) + maskedLiterals(message.slice(excerpt))
}
