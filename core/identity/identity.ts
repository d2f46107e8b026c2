/**
 * Who people, command lines and machines are: the services of this folder, put together.
 * @module
 */
import { Background } from '../background.js'
import type { Context, Random } from '../context.js'
import { deriveKey, Sealer } from '../crypto/seal.js'
import { AccessTokens } from './access-tokens.js'
import { ApiTokens } from './api-tokens.js'
import { AuthSettings } from './auth-settings.js'
import { RequestAuthenticator } from './authenticator.js'
import { ClientCertificates } from './client-certificates.js'
import { CommandLines } from './command-lines.js'
import { Denylist } from './denylist.js'
import { DeviceLogins } from './device-logins.js'
import { Epochs } from './epochs.js'
import { KeySuccession } from './key-succession.js'
import { KnownBrowsers } from './known-browsers.js'
import { LinkRequests } from './link-requests.js'
import { LockOut } from './lock-out.js'
import { MachineKeys } from './machine-keys.js'
import { MailBudget } from './mail-budget.js'
import type { Mailer } from './mailers.js'
import { MqttTickets } from './mqtt-tickets.js'
import { OidcProvider } from './oidc-provider.js'
import { OidcSignIn } from './oidc-sign-in.js'
import { Pairings } from './pairings.js'
import { PasskeyChallenges } from './passkey-challenges.js'
import { PasskeyUse } from './passkey-use.js'
import { Passkeys } from './passkeys.js'
import { createPeople, type People } from './people.js'
import { RefreshTokens } from './refresh-tokens.js'
import { Sessions } from './sessions.js'
import { ShortCodes } from './short-codes.js'
import { SignInLinks } from './sign-in-links.js'
import { StepUp } from './step-up.js'
import { Sweep } from './sweep.js'

/** Mails and last-use times under way; an outage of either must not fill the memory. */
const MAX_BACKGROUND = 500

export interface Identity {
  readonly random: Random
  readonly sessions: Sessions
  readonly linkRequests: LinkRequests
  readonly links: SignInLinks
  readonly stepUp: StepUp
  readonly lockOut: LockOut
  readonly knownBrowsers: KnownBrowsers
  readonly tokens: ApiTokens
  readonly devices: DeviceLogins
  readonly access: AccessTokens
  readonly commandLines: CommandLines
  readonly pairings: Pairings
  readonly people: People
  readonly passkeys: Passkeys
  readonly passkeyUse: PasskeyUse
  /** Null where no provider is configured. */
  readonly oidc: OidcSignIn | null
  readonly settings: AuthSettings
  readonly tickets: MqttTickets
  readonly keys: MachineKeys
  readonly succession: KeySuccession
  readonly certificates: ClientCertificates
  readonly authenticator: RequestAuthenticator
  readonly sweep: Sweep
  /** Loads what tokens are compared with (A14). */
  start(): Promise<void>
  /** Waits for mails and last-use times under way. */
  stop(): Promise<void>
}

export function createIdentity(context: Context, masterKey: Uint8Array, mailer: Mailer): Identity {
  const background = new Background(context.log, MAX_BACKGROUND)
  const knownBrowsers = new KnownBrowsers(deriveKey(masterKey, 'known-browser'), context.random)
  const sessions = new Sessions(context, knownBrowsers)
  const codes = new ShortCodes(deriveKey(masterKey, 'short-code'))
  const mailing = { context, mailer, background, budget: new MailBudget() }
  const tokens = new ApiTokens(context, background)
  const keys = new MachineKeys(context, background)
  const succession = new KeySuccession(context)
  const denylist = new Denylist(context)
  const epochs = new Epochs(context)
  const access = new AccessTokens(context, deriveKey(masterKey, 'access-token'), denylist, epochs)
  const refreshTokens = new RefreshTokens(context, access, deriveKey(masterKey, 'refresh-token'))
  const commandLines = new CommandLines(context, refreshTokens, denylist)
  const people = createPeople(context, commandLines, mailer, background)
  const pairings = new Pairings(context, sessions, deriveKey(masterKey, 'pairing-number'))
  const challenges = new PasskeyChallenges(context)
  const passkeyParts = { context, sessions, challenges }
  const oidc = createOidc(context, sessions, masterKey)
  const sweepers = [denylist, commandLines, pairings, challenges, ...(oidc === null ? [] : [oidc])]
  const sweep = new Sweep(context, sessions, sweepers)
  return {
    random: context.random,
    sessions,
    tokens,
    keys,
    succession,
    certificates: new ClientCertificates(context, background),
    sweep,
    linkRequests: new LinkRequests(mailing),
    links: new SignInLinks({ context, sessions, codes }),
    stepUp: new StepUp({ ...mailing, sessions, codes }),
    lockOut: new LockOut(context.clock),
    knownBrowsers,
    access,
    commandLines,
    pairings,
    people,
    oidc,
    passkeys: new Passkeys(passkeyParts),
    passkeyUse: new PasskeyUse(passkeyParts),
    settings: new AuthSettings(context),
    devices: new DeviceLogins(context, commandLines, deriveKey(masterKey, 'user-code')),
    // The list of used ones ends with this process, so its tickets do, too.
    tickets: new MqttTickets(context, context.random(32)),
    authenticator: new RequestAuthenticator(context, { sessions, tokens, access, keys, succession }),
    start: async () => {
      epochs.start()
      await denylist.start()
      sweep.start()
      await people.expiry.start()
    },
    stop: async () => {
      await people.expiry.stop()
      await sweep.stop()
      denylist.stop()
      epochs.stop()
      await background.drain()
      await mailer.stop()
    },
  }
}

function createOidc(context: Context, sessions: Sessions, masterKey: Uint8Array): OidcSignIn | null {
  const { config, addresses, random } = context
  if (config.oidc === null) return null
  const provider = new OidcProvider(config.oidc, () => `${addresses.publicUrl}/api/v1/auth/oidc/callback`)
  return new OidcSignIn({ context, sessions, provider, sealer: new Sealer(masterKey, random) })
}
