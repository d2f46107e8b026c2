/**
 * How TLS is spoken, on every listener alike (B10).
 * @module
 */
import { constants } from 'node:crypto'

export interface KeyPair {
  /** PEM; the certificate may be a chain, its own first. */
  readonly cert: string | Buffer
  readonly key: string | Buffer
}

/** TLS 1.2 or newer. With renegotiation, a client of 1.2 could ask for handshake after handshake that nobody counts. */
export const tlsOptions = ({ cert, key }: KeyPair) => ({
  ...{ cert, key },
  minVersion: 'TLSv1.2' as const,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
})

/**
 * The same, where clients may show a certificate of these authorities (PEM). No session is resumed: in a resumed one the
 * certificate is not judged again. Never without a list, for which Node would take the authorities of the whole web.
 */
export const mutualTlsOptions = (pair: KeyPair, authorities: readonly string[]) => {
  const options = tlsOptions(pair)
  return {
    ...options,
    ca: [...authorities],
    secureOptions: options.secureOptions | constants.SSL_OP_NO_TICKET,
  }
}
