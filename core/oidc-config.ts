/**
 * The OpenID provider that the environment names, if it names one.
 * @module
 */
import { isLoopback } from '../shared/loopback.js'

export interface OidcConfig {
  /** As the provider writes it in its tokens. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** What the button on the sign-in page calls it. */
  readonly name: string
}

interface OidcVariables {
  readonly TALOS_OIDC_ISSUER?: string | undefined
  readonly TALOS_OIDC_CLIENT_ID?: string | undefined
  readonly TALOS_OIDC_CLIENT_SECRET?: string | undefined
  readonly TALOS_OIDC_CLIENT_SECRET_FILE?: string | undefined
  readonly TALOS_OIDC_NAME?: string | undefined
  readonly TALOS_PUBLIC_URL?: string | undefined
}

/** Null without an issuer, or when something is wrong with it, which is told to `complain`. */
export function readOidc(
  env: OidcVariables,
  readText: (file: string) => string,
  complain: (key: keyof OidcVariables, detail: string) => void,
): OidcConfig | null {
  const issuer = env.TALOS_OIDC_ISSUER
  if (issuer === undefined) return null
  const { protocol, hostname, search, hash } = new URL(issuer)
  if (protocol !== 'https:' && !isLoopback(hostname))
    complain('TALOS_OIDC_ISSUER', 'must be https unless the provider runs on this machine')
  if (search !== '' || hash !== '') complain('TALOS_OIDC_ISSUER', 'must have neither query nor fragment')
  if (env.TALOS_PUBLIC_URL === undefined)
    complain('TALOS_PUBLIC_URL', 'is needed by TALOS_OIDC_ISSUER: the provider sends people back to it')
  if (env.TALOS_OIDC_CLIENT_ID === undefined)
    complain('TALOS_OIDC_CLIENT_ID', 'is needed by TALOS_OIDC_ISSUER')
  const clientSecret = readSecret(env, readText, complain)
  if (env.TALOS_OIDC_CLIENT_ID === undefined || clientSecret === null) return null
  return Object.freeze({
    issuer,
    clientId: env.TALOS_OIDC_CLIENT_ID,
    clientSecret,
    name: env.TALOS_OIDC_NAME ?? hostname,
  })
}

function readSecret(
  env: OidcVariables,
  readText: (file: string) => string,
  complain: (key: keyof OidcVariables, detail: string) => void,
): string | null {
  const { TALOS_OIDC_CLIENT_SECRET: given, TALOS_OIDC_CLIENT_SECRET_FILE: file } = env
  if ((given === undefined) === (file === undefined)) {
    complain(
      'TALOS_OIDC_CLIENT_SECRET',
      'or TALOS_OIDC_CLIENT_SECRET_FILE is needed by TALOS_OIDC_ISSUER, and only one',
    )
    return null
  }
  if (file === undefined) return given ?? null
  try {
    return readText(file).trim()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    complain('TALOS_OIDC_CLIENT_SECRET_FILE', `cannot be read (${code ?? 'unknown error'})`)
    return null
  }
}
