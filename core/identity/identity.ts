/**
 * Who people, command lines and machines are: the services of this folder, put together.
 * @module
 */
import { Background } from '../background.js'
import type { Context, Random } from '../context.js'
import { deriveKey } from '../crypto/seal.js'
import { ApiTokens } from './api-tokens.js'
import { RequestAuthenticator } from './authenticator.js'
import { DeviceLogins } from './device-logins.js'
import { MachineKeys } from './machine-keys.js'
import type { Mailer } from './mailers.js'
import { MqttTickets } from './mqtt-tickets.js'
import { Sessions } from './sessions.js'
import { SignInLinks } from './sign-in-links.js'
import { Sweep } from './sweep.js'

/** Mails and last-use times under way; an outage of either must not fill the memory. */
const MAX_BACKGROUND = 500

export interface Identity {
  readonly random: Random
  readonly sessions: Sessions
  readonly links: SignInLinks
  readonly tokens: ApiTokens
  readonly devices: DeviceLogins
  readonly tickets: MqttTickets
  readonly keys: MachineKeys
  readonly authenticator: RequestAuthenticator
  readonly sweep: Sweep
  start(): void
  /** Waits for mails and last-use times under way. */
  stop(): Promise<void>
}

export function createIdentity(context: Context, masterKey: Uint8Array, mailer: Mailer): Identity {
  const background = new Background(context.log, MAX_BACKGROUND)
  const sessions = new Sessions(context)
  const tokens = new ApiTokens(context, background)
  const keys = new MachineKeys(context, background)
  const sweep = new Sweep(context, sessions)
  return {
    random: context.random,
    sessions,
    tokens,
    keys,
    sweep,
    links: new SignInLinks(context, sessions, mailer, background),
    devices: new DeviceLogins(context, tokens, deriveKey(masterKey, 'user-code')),
    // The list of used ones ends with this process, so its tickets do, too.
    tickets: new MqttTickets(context, context.random(32)),
    authenticator: new RequestAuthenticator(context, sessions, tokens, keys),
    start: () => sweep.start(),
    stop: async () => {
      await sweep.stop()
      await background.drain()
      await mailer.stop()
    },
  }
}
