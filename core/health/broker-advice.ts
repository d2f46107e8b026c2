/**
 * What to do about what the broker refuses and drops: one sentence for each cause.
 * @module
 */

const WHO = 'talos audit --system --action broker.refuse says who'

const ADVICE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  connect: {
    bad_credentials: `Wrong or dead keys: ${WHO}. Enroll such a station anew.`,
    principal_revoked: `Stations or sessions that were ended still try: ${WHO}. Switch those agents off.`,
    certificate_untrusted: `Certificates of another installation or purpose: ${WHO}.`,
    certificate_expired: `Agents that could not renew: ${WHO}. Do they reach core over HTTPS, and is their clock right?`,
    certificate_revoked: `Certificates that a newer one has replaced, or of a retired authority: ${WHO}.`,
    credential_not_accepted: `Stations that come with the credential that their setting excludes: ${WHO}.`,
    station_locked: `Locked stations that still try: ${WHO}.`,
    client_id_refused: `A client id that is not its own: ${WHO}. A station's client id is its id.`,
    rate_limited: `Locked out, or one key used in two places: ${WHO}.`,
    unavailable: 'Core could not judge, or was full: look into its log, and at the database.',
    malformed: `Something that speaks no MQTT 3.1.1, or a keepalive that is not taken: ${WHO}.`,
    payload_too_large: `A CONNECT that is too large: ${WHO}.`,
    publish_denied: `A will that is not allowed: ${WHO}.`,
    no_room:
      'Too many sockets wait to be let in: a storm, or somebody who only opens sockets. See the firewall.',
    handshake:
      'TLS handshakes that fail: clients that distrust the certificate, or speak no TLS. See: talos doctor broker.',
    internal: 'Something broke in core: look into its log.',
    timeout: 'Sockets that say nothing: a port scan, a balancer that only knocks, or a bad network.',
  },
  rights: {
    publish_denied: `Somebody says what he may not: ${WHO}. Revoke what is not yours.`,
    subscribe_denied: `Somebody asks for what he may not hear: ${WHO}.`,
  },
  message: {
    malformed: `Messages that do not fit their schema: ${WHO}. Update that agent, or core.`,
    payload_too_large: `Packets that are too large: ${WHO}.`,
    rate_limited: `Too many packets at once: ${WHO}.`,
    capability_denied: `A station says what its token was not for: ${WHO}. If it should: talos stations set NAME --capabilities rotator,rig.`,
  },
  limit: {
    connections: 'Add a core, or raise TALOS_BROKER_CONNECTIONS.',
    pending: 'A storm of CONNECTs, or a slow database: look into the log of core.',
    messages: `A station says too much: ${WHO}. Is its telemetry faster than 4 Hz?`,
    retained:
      'Remove stations that are no more, or raise TALOS_BROKER_RETAINED or TALOS_BROKER_RETAINED_BYTES.',
  },
  slow: {
    reader: 'Its network is slow, or its page sleeps. It misses telemetry, nobody else does.',
    cut: 'Slow networks, or pages that sleep; they come back by themselves. Often: look at the network between.',
  },
  process: {
    loop: 'The machine is too slow or too busy: see its other programs, then add CPU or a core.',
    memory: 'See the clients and what waits for slow readers; give the machine more memory.',
  },
}

/** The advice on this cause; where there is none of its own, where to look. */
export const adviceOn = (area: string, cause: string): string =>
  ADVICE[area]?.[cause] ?? `${WHO[0]?.toUpperCase()}${WHO.slice(1)}.`
