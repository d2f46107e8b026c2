/**
 * Where the world reaches this core; known once its listeners are up.
 * @module
 */
import type { ListenerInfo } from '../shared/api/health.js'
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

interface Urls extends Addresses {
  /** Our own HTTP listener, for programs on this machine. */
  readonly localUrl: string
  /** Plain MQTT, for programs on this machine. */
  readonly localMqttUrl: string
}

function urlsOf(config: Config, ports: Ports): Urls {
  const isTls = config.tls !== null && !config.tlsProxy
  const own = `${isTls ? 'https' : 'http'}://${reachable(config.httpHost)}:${ports.http}`
  const publicUrl = config.publicUrl ?? own
  const localMqttUrl = `mqtt://127.0.0.1:${ports.mqtt}`
  // Behind a proxy that ends TLS the outside port is the one that was configured.
  const secure = ports.mqtts ?? (config.tlsProxy ? config.mqttsPort : null)
  const mqttUrl = secure === null ? localMqttUrl : `mqtts://${new URL(publicUrl).hostname}:${secure}`
  // A certificate is for the public name.
  return { publicUrl, mqttUrl, localMqttUrl, localUrl: isTls ? publicUrl : own }
}

export class ListenerAddresses implements Urls {
  #urls: Urls | null = null
  #origins: ReadonlySet<string> = new Set()

  constructor(private readonly config: Config) {}

  /** Called once by the composition root. */
  set(ports: Ports): void {
    const urls = urlsOf(this.config, ports)
    this.#urls = urls
    this.#origins = allowedOrigins(urls.publicUrl, this.config.production ? null : urls.localUrl)
  }

  get publicUrl(): string {
    return this.#known().publicUrl
  }

  get mqttUrl(): string {
    return this.#known().mqttUrl
  }

  get localUrl(): string {
    return this.#known().localUrl
  }

  get localMqttUrl(): string {
    return this.#known().localMqttUrl
  }

  /** Where clients reach the broker. */
  get listeners(): ListenerInfo[] {
    const { publicUrl, mqttUrl, localMqttUrl } = this.#known()
    const secure = mqttUrl === localMqttUrl ? [] : [{ transport: 'tls' as const, url: mqttUrl }]
    return [
      { transport: 'tcp', url: localMqttUrl },
      ...secure,
      { transport: 'websocket', url: `${publicUrl.replace(/^http/, 'ws')}/mqtt` },
    ]
  }

  /** The origins of our own pages. */
  get origins(): ReadonlySet<string> {
    return this.#origins
  }

  #known(): Urls {
    if (this.#urls === null) throw new Error('the addresses are known once the listeners are up')
    return this.#urls
  }
}
