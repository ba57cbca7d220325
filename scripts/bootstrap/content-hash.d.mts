export function contentHash(paths: readonly string[], folder?: string): string
