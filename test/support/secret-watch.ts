/**
 * Every secret that a core hands out in a test, and whether its log holds one. So the log of the whole suite is searched,
 * each core's at its end.
 * @module
 */
import type { FastifyInstance } from 'fastify'

/** Fields of answers that hold secrets; of the links only the part behind `#`. */
const FIELDS =
  /^(token|ticket|code|user_code|device_code|access_token|refresh_token|pollSecret|key|enrollUrl|qrUrl|challenge|state|nonce)$/
const LINK = /#([A-Za-z0-9_-]{8,})/g
const MAIL_CODE = /^[B-Z]{4}-[B-Z]{4}$/gm
/** What stands before the secret half, and may be told: `gsa_<id>_`. */
const PUBLIC_HALF = /^gs[aekpr]_[0-9a-f]{16}_/
/** Shorter ones are words. */
const MIN_LENGTH = 8
/** So that tests of thousands of requests do not spend their time here. */
const MAX_KEPT = 300

const watches = new WeakMap<FastifyInstance, SecretWatch>()

/** The watch of a core, by its server. */
export function secretWatch(app: FastifyInstance): SecretWatch {
  const known = watches.get(app) ?? new SecretWatch()
  watches.set(app, known)
  return known
}

export class SecretWatch {
  readonly #secrets = new Map<string, string>()

  get size(): number {
    return this.#secrets.size
  }

  /** Of a good answer: a problem has a `code`, too. */
  answer(body: unknown, setCookie: readonly string[]): void {
    for (const line of setCookie) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      this.keep(`cookie ${name}`, value)
    }
    this.#fields(body)
  }

  mail(text: string): void {
    for (const [, secret = ''] of text.matchAll(LINK)) this.keep('link of a mail', secret)
    for (const [code] of text.matchAll(MAIL_CODE)) this.keep('code of a mail', code)
  }

  keep(name: string, text: string): void {
    const secret = text.replace(PUBLIC_HALF, '')
    if (secret.length >= MIN_LENGTH && this.#secrets.size < MAX_KEPT) this.#secrets.set(secret, name)
  }

  /** The names of the secrets that the text holds. */
  foundIn(text: string): string[] {
    return [...this.#secrets].flatMap(([secret, name]) => {
      const bare = secret.replaceAll('-', '')
      return text.includes(secret) || text.includes(bare) ? [name] : []
    })
  }

  #fields(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner !== 'string') this.#fields(inner)
      else if (FIELDS.test(name)) this.keep(name, inner.slice(inner.indexOf('#') + 1))
    }
  }
}
