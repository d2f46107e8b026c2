/**
 * Where the world reaches this core; known once its listeners are up.
 * @module
 */
import type { Config } from './config.js'
import type { Addresses } from './context.js'
import { allowedOrigins } from './http/origin.js'

/** Ports as the system gave them, which 0 leaves to it. */
export interface Ports {
  readonly http: number
  readonly mqtt: number
  /** Null without a certificate of our own. */
  readonly mqtts: number | null
}

const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)
/** Listening everywhere is no address to go to. */
const reachable = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : bracketed(host)

export class ListenerAddresses implements Addresses {
  #urls: { readonly publicUrl: string; readonly mqttUrl: string } | null = null
  #origins: ReadonlySet<string> = new Set()

  constructor(private readonly config: Config) {}

  /** Called once by the composition root. */
  set(ports: Ports): void {
    const { config } = this
    const scheme = config.tls !== null && !config.tlsProxy ? 'https' : 'http'
    const own = `${scheme}://${reachable(config.httpHost)}:${ports.http}`
    const publicUrl = config.publicUrl ?? own
    const { hostname } = new URL(publicUrl)
    // Behind a proxy that ends TLS the outside port is the one that was configured.
    const secure = ports.mqtts ?? (config.tlsProxy ? config.mqttsPort : null)
    const mqttUrl = secure === null ? `mqtt://127.0.0.1:${ports.mqtt}` : `mqtts://${hostname}:${secure}`
    this.#urls = { publicUrl, mqttUrl }
    this.#origins = allowedOrigins(publicUrl, config.production ? null : own)
  }

  get publicUrl(): string {
    return this.#known().publicUrl
  }

  get mqttUrl(): string {
    return this.#known().mqttUrl
  }

  /** The origins of our own pages. */
  get origins(): ReadonlySet<string> {
    return this.#origins
  }

  #known() {
    if (this.#urls === null) throw new Error('the addresses are known once the listeners are up')
    return this.#urls
  }
}
