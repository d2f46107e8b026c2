/**
 * What the environment says, read once and frozen (design section 2).
 * @module
 */

export interface TlsFiles {
  readonly certFile: string
  readonly keyFile: string
}

export interface Config {
  readonly production: boolean
  readonly httpHost: string
  /** 0: any free port. */
  readonly httpPort: number
  /** Plain MQTT, on loopback only (B10). */
  readonly mqttPort: number
  readonly mqttsPort: number
  readonly tls: TlsFiles | null
  /** TLS ends in a proxy in front of us, whose X-Forwarded-For is believed. */
  readonly tlsProxy: boolean
  /** Absolute path. */
  readonly dataDir: string
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null
  readonly redisUrl: string | null
  /** Origin, without a slash at the end; null: our own listener. */
  readonly publicUrl: string | null
  /** 32 bytes, from the variable or its file; null: made once in the data directory. */
  readonly masterKey: Buffer | null
  /** Lower case; null: whoever opens the owner link first. */
  readonly ownerEmail: string | null
  readonly mailer: 'console' | 'smtp'
  readonly smtpUrl: string | null
  readonly mailFrom: string
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
}
