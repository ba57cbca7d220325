/** A file whose text follows from the contracts; committed, and compared with its generator in CI. */
export interface GeneratedFile {
  /** Relative to the project's root; named `*.generated.*`, or says in its first line that it is generated. */
  readonly path: string
  readonly content: string
}

export const generatedBy = 'Generated from src/contracts by `npm run generate`; do not edit.'
