/**
 * What core does about the certificates of one station, in few lines: for the tests of agents, which may end in the
 * middle of everything.
 * @module
 */
import { isHandedOver, readCsr } from '../../core/crypto/csr.js'
import type { CertificateRequest, IssuedCertificate } from '../../shared/api/certificates.js'
import { iso } from '../../shared/time.js'

const DAY = 86_400_000

interface Known {
  readonly fingerprint: string
  state: 'issued' | 'proved' | 'ended'
}

export class ModelCertificates {
  /** By serial number. */
  readonly known = new Map<string, Known>()
  fingerprint: string | null = null
  /** Answers requests with this status instead. */
  failing: number | null = null
  /** Answers that do not reach the agent. */
  lost = 0
  asked = 0

  constructor(
    readonly stationId: string,
    readonly now: () => number,
  ) {}

  /** `POST station/certificate` */
  async answer({ csr, handover }: CertificateRequest): Promise<{ status: number; body: unknown }> {
    this.asked++
    if (this.failing !== null) return { status: this.failing, body: { detail: 'it was told to' } }
    const request = readCsr(csr)
    const { fingerprint } = request
    const isOwn = this.fingerprint === null || this.fingerprint === fingerprint
    if (!isOwn) {
      const isHanded =
        handover !== undefined && isHandedOver(handover, this.fingerprint ?? '', this.stationId, request)
      if (!isHanded) return { status: 409, body: { code: 'key_pair_mismatch', detail: 'another key pair' } }
    }
    this.fingerprint ??= fingerprint
    const body = this.issue(fingerprint)
    if (this.lost > 0) {
      this.lost--
      throw new Error('the answer was lost')
    }
    return { status: 201, body }
  }

  issue(fingerprint: string): IssuedCertificate {
    for (const one of this.known.values()) if (one.state === 'issued') one.state = 'ended'
    const serial = (this.known.size + 1).toString(16).padStart(32, 'a')
    this.known.set(serial, { fingerprint, state: 'issued' })
    const now = this.now()
    return {
      ...{ certificate: `certificate ${serial}`, serial },
      ...{ notBefore: iso(now), notAfter: iso(now + 90 * DAY), renewAt: iso(now + 76 * DAY) },
    }
  }

  /** CONNACK for a certificate whose private key has this fingerprint. */
  connack(serial: string, fingerprint: string): 0 | 4 {
    const one = this.known.get(serial)
    if (one === undefined || one.state === 'ended' || one.fingerprint !== fingerprint) return 4
    if (one.state === 'proved') return 0
    for (const other of this.known.values()) if (other !== one) other.state = 'ended'
    one.state = 'proved'
    this.fingerprint = one.fingerprint
    return 0
  }
}
