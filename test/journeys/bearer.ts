/**
 * A program with an API token.
 * @module
 */
import type { Answered } from './person.js'

/** Longer than any answer may take, commands included. */
const PATIENCE_MS = 30_000

export class Bearer {
  constructor(
    readonly url: string,
    readonly token: string | null,
  ) {}

  /** `path` below /api/v1. @throws when the connection breaks before the answer is whole */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    return { status: response.status, body: await response.json() }
  }
}
