export const saslMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

/** How to reach a Kafka cluster. */
export interface KafkaOptions {
  /** `host:port`, some of the cluster. */
  readonly brokers: readonly string[]
  readonly sasl?: {
    readonly mechanism: (typeof saslMechanisms)[number]
    readonly username: string
    readonly password: string
  }
  /** Certificates as PEM text; an empty object trusts what the system trusts. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
}
