/**
 * The certificate that a client showed in its TLS handshake. That it holds the private key has been proved by then; what
 * the certificate is worth is judged here by our authorities, and by core, which knows each that was issued.
 * @module
 */
import type { TLSSocket } from 'node:tls'

export type ClientCertificate =
  | {
      /** Its chain, its dates and its purpose stand before our authorities. */
      readonly isTrusted: true
      /** Hex, lower case, two digits a byte. */
      readonly serial: string
      /** PEM. */
      readonly pem: string
    }
  | {
      readonly isTrusted: false
      /** Why not, as OpenSSL names it, such as `CERT_HAS_EXPIRED`. */
      readonly fault: string
    }

/** What the client of this socket showed, or null when it showed none. */
export function clientCertificateOf(socket: TLSSocket): ClientCertificate | null {
  const certificate = socket.getPeerX509Certificate()
  // Not `authorized` alone: Node calls a resumed session without a certificate authorized, too.
  if (certificate === undefined) return null
  if (!socket.authorized)
    return { isTrusted: false, fault: String(socket.authorizationError ?? 'UNVERIFIED') }
  const serial = certificate.serialNumber.toLowerCase()
  return {
    isTrusted: true,
    serial: serial.length % 2 === 0 ? serial : `0${serial}`,
    pem: certificate.toString(),
  }
}

/**
 * Takes the place of the password where failures are counted. No CONNECT can hold it: a string of MQTT has no NUL. What is
 * not trusted fits nobody who was let in before.
 */
export const attemptOf = (certificate: ClientCertificate): string =>
  certificate.isTrusted ? `\0certificate ${certificate.serial}` : '\0certificate'
