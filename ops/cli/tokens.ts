/**
 * The access token of a command, renewed by itself: before it ends, and when the server no longer takes it. Commands that
 * run at once renew one after the other, so that none uses a refresh token that another has used up (A15).
 * @module
 */
import type { z } from 'zod'
import { refreshRequest, tokenResponse } from '../../shared/api/tokens.js'
import { TalosError } from '../../shared/errors.js'
import { type Clock, iso, SECOND } from '../../shared/time.js'
import { apiAt, type TokenSource } from './client.js'
import { forgetLogin, readLogin, type SavedLogin, saveLogin } from './credentials.js'
import { withLock } from './file-lock.js'

/** Renewed so much before its end, so that it does not end on the way. */
const MARGIN_MS = 30 * SECOND

/** A token as it is. */
export const fixedToken = (text: string): TokenSource => ({
  current: async () => text,
  renewed: async () => null,
})

/** A token that somebody gave us. */
export const apiToken = (text: string, server: string): TokenSource => ({
  current: async () => text,
  renewed: async () => {
    throw new TalosError(
      'not_signed_in',
      `${server} does not take this TALOS_TOKEN: it has ended, was revoked, or is not whole. ` +
        'Make another under API tokens on the dashboard.',
    )
  },
})

/** What is kept of an answer. */
export const savedLogin = (answer: z.infer<typeof tokenResponse>, nowMs: number): SavedLogin => ({
  accessToken: answer.access_token,
  accessExpiresAt: iso(nowMs + answer.expires_in * SECOND),
  refreshToken: answer.refresh_token,
  expiresAt: iso(nowMs + answer.login_expires_in * SECOND),
})

const signedOut = (server: string) =>
  new TalosError('not_signed_in', `The login at ${server} has ended. Run: talos login ${server}`)

/** The tokens of `talos login`, kept in the file. */
export class LoginTokens implements TokenSource {
  constructor(
    private readonly path: string,
    private readonly server: string,
    private readonly clock: Clock,
  ) {}

  /** @throws TalosError `not_signed_in` when the login has ended */
  async current(): Promise<string> {
    const login = this.#read()
    if (Date.parse(login.accessExpiresAt) - MARGIN_MS > this.clock.now()) return login.accessToken
    return await this.renewed(login.accessToken)
  }

  /** @throws TalosError `not_signed_in` when the login has ended */
  async renewed(refused: string): Promise<string> {
    return await withLock(`${this.path}.lock`, async () => {
      const login = this.#read()
      // Another command has renewed it meanwhile.
      if (login.accessToken !== refused) return login.accessToken
      const next = await this.#refresh(login.refreshToken)
      saveLogin(this.path, this.server, next)
      return next.accessToken
    })
  }

  #read(): SavedLogin {
    const login = readLogin(this.path, this.server)
    if (login === null) throw signedOut(this.server)
    return login
  }

  async #refresh(refreshToken: string): Promise<SavedLogin> {
    const request = refreshRequest.parse({ grant_type: 'refresh_token', refresh_token: refreshToken })
    try {
      const answer = await apiAt(this.server, null).send('POST', '/auth/token', request, tokenResponse)
      return savedLogin(answer, this.clock.now())
    } catch (error) {
      if (!(error instanceof TalosError) || error.code !== 'invalid_grant') throw error
      forgetLogin(this.path, this.server)
      throw signedOut(this.server)
    }
  }
}
