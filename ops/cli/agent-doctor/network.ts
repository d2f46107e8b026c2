/**
 * The way to core: names, TLS, the answer, and how far the clocks are apart.
 * @module
 */
import { lookup } from 'node:dns/promises'
import { get as plainGet } from 'node:http'
import { get as secureGet } from 'node:https'
import { connect as connectPlain, isIP } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { reasonOf } from '../../../agent/log.js'
import type { HealthFinding } from '../../../shared/api/health.js'
import { DAY, SECOND } from '../../../shared/time.js'
import { ill, well } from './finding.js'

const PATIENCE_MS = 5 * SECOND
/** Commands that move metal live 5 s. */
const CLOCK_WARNING_MS = SECOND
const CLOCK_CRITICAL_MS = 4 * SECOND
const CERTIFICATE_DAYS = 7

interface Reached {
  readonly error: string | null
  /** End of the server's certificate, epoch ms; null without TLS. */
  readonly expiresAt: number | null
}

function reach(url: URL, port: number, ca: string | null): Promise<Reached> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isTls = url.protocol === 'https:' || url.protocol === 'mqtts:'
  return new Promise((resolve) => {
    const name = isIP(host) === 0 ? { servername: host } : {}
    const socket = isTls
      ? connectTls({ host, port, ...name, ...(ca === null ? {} : { ca }) })
      : connectPlain({ host, port })
    const end = (error: string | null) => {
      const shown = isTls && error === null ? (socket as TLSSocket).getPeerCertificate() : null
      socket.destroy()
      resolve({ error, expiresAt: shown === null ? null : Date.parse(shown.valid_to) })
    }
    socket.setTimeout(PATIENCE_MS, () => end(`no answer in ${PATIENCE_MS / SECOND} s`))
    socket.once('error', (cause) => end(reasonOf(cause)))
    socket.once(isTls ? 'secureConnect' : 'connect', () => end(null))
  })
}

const DISTRUST = /certificate|self.signed|CERT|altname/i

function reachFinding(check: string, url: URL, { error, expiresAt }: Reached, nowMs: number): HealthFinding {
  const where = `${url.hostname}:${portOf(url)}`
  if (error !== null)
    return DISTRUST.test(error)
      ? ill(
          'critical',
          check,
          `${where} is not trusted: ${error}`,
          'Is the clock right? A certificate authority of your own goes into caFile of agent.json.',
        )
      : ill('critical', check, `${where}: ${error}`, 'Does core run? Does a firewall let this port out?')
  if (expiresAt === null) return well(check, `${where} answers, without TLS on this machine`)
  const left = Math.floor((expiresAt - nowMs) / DAY)
  return left < CERTIFICATE_DAYS
    ? ill(
        'warning',
        check,
        `${where}: its certificate ends in ${left} days`,
        'Whoever runs core has to renew it.',
      )
    : well(check, `${where} answers over TLS, its certificate is good for ${left} days`)
}

const PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80, 'mqtts:': 8883, 'mqtt:': 1883 }
const portOf = (url: URL): number => (url.port === '' ? (PORTS[url.protocol] ?? 443) : Number(url.port))

/** The `Date` of core's answer, epoch ms; null when it has none. */
function dateOf(url: URL, ca: string | null): Promise<number | null> {
  return new Promise((resolve) => {
    const get = url.protocol === 'https:' ? secureGet : plainGet
    const options = { timeout: PATIENCE_MS, ...(ca === null ? {} : { ca }) }
    const request = get(new URL('/api/v1/healthz', url), options, (response) => {
      response.resume()
      const date = Date.parse(response.headers.date ?? '')
      resolve(Number.isFinite(date) ? date : null)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(null))
  })
}

/** The header has whole seconds: what it says is half a second late on the average. */
export function offsetFinding(offsetMs: number): HealthFinding {
  const size = Math.abs(offsetMs)
  const found = `${(offsetMs / SECOND).toFixed(1)} s from core's, give or take half a second`
  const mend = 'timedatectl set-ntp true. Commands are refused, and passes missed, by a clock that is off.'
  if (size > CLOCK_CRITICAL_MS) return ill('critical', 'Clock and core', found, mend)
  return size > CLOCK_WARNING_MS
    ? ill('warning', 'Clock and core', found, mend)
    : well('Clock and core', found)
}

async function nameFinding(host: string): Promise<HealthFinding> {
  if (isIP(host) !== 0) return well('DNS', `${host} is an address`)
  try {
    const { address } = await lookup(host)
    return well('DNS', `${host} is ${address}`)
  } catch (cause) {
    return ill(
      'critical',
      'DNS',
      `${host} has no address (${reasonOf(cause)})`,
      'Is this machine online? See /etc/resolv.conf. Plans that are here are flown without.',
    )
  }
}

/** @param now the clock of this machine, epoch ms */
export async function networkFindings(
  addresses: { readonly url: string; readonly mqttUrl: string },
  ca: string | null,
  now: () => number,
): Promise<HealthFinding[]> {
  const [url, mqtt] = [new URL(addresses.url), new URL(addresses.mqttUrl)]
  const names = await Promise.all([...new Set([url.hostname, mqtt.hostname])].map(nameFinding))
  if (names.some(({ level }) => level !== 'ok')) return names
  const reached = await reach(url, portOf(url), ca)
  const broker = await reach(mqtt, portOf(mqtt), ca)
  const findings = [
    ...names,
    reachFinding('Core', url, reached, now()),
    reachFinding('Broker', mqtt, broker, now()),
  ]
  if (reached.error !== null) return findings
  const began = now()
  const date = await dateOf(url, ca)
  return date === null ? findings : [...findings, offsetFinding((began + now()) / 2 - (date + SECOND / 2))]
}
