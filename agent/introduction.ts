/**
 * What the agent says of itself: who it is and what it can do (`info`), and that it is gone (the will).
 * @module
 */
import { infoSchema, type Mount, offlineStateSchema } from '../shared/messages.js'
import { type Clock, iso } from '../shared/time.js'
import { topics } from '../shared/topics.js'
import type { Antenna } from './antenna.js'
import type { Credential } from './credential.js'
import type { CredentialFile } from './credential-file.js'
import type { Link } from './link.js'

export interface IntroductionDeps {
  readonly org: string
  readonly stationId: string
  readonly version: string
  readonly bootId: string
  readonly driverKind: 'rotctld' | 'serial' | 'simulated'
  readonly antenna: Pick<Antenna, 'mount' | 'model'>
  readonly file: Pick<CredentialFile, 'current'>
  readonly kids: () => readonly string[]
  /** The radio does as it is told. */
  readonly hasRig: () => boolean
  readonly publish: Link['publish']
  readonly clock: Clock
}

export class Introduction {
  constructor(private readonly deps: IntroductionDeps) {}

  /** Tells `info`, if anybody listens. */
  tell(mount: Mount = this.deps.antenna.mount): void {
    const { org, stationId, version, bootId, driverKind, antenna, file, kids, hasRig, publish, clock } =
      this.deps
    const info = infoSchema.parse({
      ts: iso(clock.now()),
      version,
      bootId,
      // G6: only what works.
      capabilities: hasRig() ? ['rotator', 'rig'] : ['rotator'],
      driver: { kind: driverKind, model: antenna.model },
      mount,
      keyIssuedAt: file.current.keyIssuedAt,
      ...shownCertificate(file.current),
      signingKeys: kids(),
    })
    void publish(topics.info(org, stationId), JSON.stringify(info), { qos: 1, retain: true })
  }

  /** The will, and the goodbye. */
  offline(): { topic: string; payload: string } {
    const { org, stationId, bootId, clock } = this.deps
    const gone = offlineStateSchema.parse({ ts: iso(clock.now()), bootId, link: 'offline' })
    return { topic: topics.state(org, stationId), payload: JSON.stringify(gone) }
  }
}

/** Which certificate the station signs in with, and until when. */
function shownCertificate({ identity }: Credential) {
  const certificate = identity?.certificate
  if (certificate === undefined || certificate === null) return {}
  return { certificate: { serial: certificate.serial, notAfter: certificate.notAfter } }
}
