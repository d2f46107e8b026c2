/**
 * Core over HTTP, as a station asks it: with its key, and with the certificates that agent.json trusts.
 * @module
 */
import { type JsonAnswer, requestJson } from './https.js'

export interface CoreApiOptions {
  readonly url: string
  /** PEM of a certificate authority to trust instead of the system's, or null. */
  readonly ca: string | null
  readonly serverName: string | undefined
}

export class CoreApi {
  constructor(private readonly options: CoreApiOptions) {}

  get(path: string, bearer: string): Promise<JsonAnswer> {
    return requestJson({ method: 'GET', bearer, ...this.#at(path) })
  }

  post(path: string, bearer: string, body: object): Promise<JsonAnswer> {
    return requestJson({ method: 'POST', bearer, body, ...this.#at(path) })
  }

  #at(path: string) {
    const { url, ca, serverName } = this.options
    return {
      url: `${url}/api/v1/${path}`,
      ...(ca === null ? {} : { ca }),
      ...(serverName === undefined ? {} : { serverName }),
    }
  }
}
