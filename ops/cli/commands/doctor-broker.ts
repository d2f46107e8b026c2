/** `talos doctor broker`: can clients reach it, and how does it do? From here or from anywhere with a login. */
import type { Command } from 'commander'
import { ZodError } from 'zod'
import {
  type BrokerHealth,
  brokerHealthResponse,
  type HealthFinding,
  type ListenerInfo,
  worstLevel,
} from '../../../shared/api/health.js'
import { TalosError } from '../../../shared/errors.js'
import { isLoopback } from '../../../shared/loopback.js'
import { judgeCertificate } from '../certificate.js'
import { apiAt, type TokenSource } from '../client.js'
import type { CliContext, Run } from '../context.js'
import { originOf } from '../credentials.js'
import { findingsText } from '../findings.js'
import { findLogin } from '../login.js'
import { probeListener } from '../mqtt-probe.js'

const NAMES: Readonly<Record<ListenerInfo['transport'], string>> = {
  tcp: 'Plain MQTT',
  tls: 'MQTT over TLS',
  websocket: 'WebSocket',
}
const MEND: Readonly<Record<ListenerInfo['transport'], string>> = {
  tcp: 'Is core on this machine, and not behind a tunnel? Is 127.0.0.1 in TALOS_MQTT_PROXY_PROTOCOL, so that only a balancer may come from it?',
  tls: 'Agents elsewhere cannot connect. Is that port open in the firewall, and forwarded by the proxy?',
  websocket: 'Pages get no live data. A proxy must forward upgrades of /mqtt (`Upgrade`, `Connection`).',
}

interface Asked {
  readonly health: BrokerHealth | null
  /** Why there is no answer. */
  readonly missing: HealthFinding[]
}

/** The server to look at, and a token where there is a login. @throws TalosError when no server is known */
function target(context: CliContext): { server: string; tokens: TokenSource | null } {
  try {
    return findLogin(context)
  } catch (error) {
    const given = context.options.server ?? context.env['TALOS_SERVER']
    if (!(error instanceof TalosError) || error.code !== 'not_signed_in' || given === undefined) throw error
    return { server: originOf(given), tokens: null }
  }
}

const unchecked = (check: string, why: string, mend: string): HealthFinding => ({
  ...{ check, level: 'warning', found: `not checked: ${why}`, mend },
})

/** The broker's own numbers, or why there are none. */
async function askHealth(server: string, tokens: TokenSource | null): Promise<Asked> {
  const without = (finding: HealthFinding): Asked => ({ health: null, missing: [finding] })
  if (tokens === null)
    return without(unchecked('Numbers', `not signed in at ${server}`, `talos login ${server}`))
  try {
    return { health: await apiAt(server, tokens).get('/health/broker', brokerHealthResponse), missing: [] }
  } catch (error) {
    if (error instanceof ZodError)
      return without(unchecked('Numbers', 'the server is of another version', 'Use its version of talos.'))
    if (!(error instanceof TalosError)) throw error
    switch (error.code) {
      case 'unavailable':
        return without({
          check: 'Server',
          level: 'critical',
          found: error.detail,
          mend: 'Start it: npm start',
        })
      case 'not_signed_in':
        return without(unchecked('Numbers', error.detail, `talos login ${server}`))
      case 'forbidden':
        return without(unchecked('Numbers', error.detail, 'Ask an owner to run this.'))
      default:
        return without(unchecked('Numbers', `${error.detail} (${error.code})`, 'Look into the log of core.'))
    }
  }
}

/** One listener, knocked at; plain MQTT only where core is. */
export async function checkListener(
  listener: ListenerInfo,
  isHere: boolean,
  nowMs: number,
): Promise<HealthFinding[]> {
  const { transport, url } = listener
  const check = NAMES[transport]
  if (transport === 'tcp' && !isHere)
    return [
      {
        ...{ check, level: 'note', mend: 'To check it, run this on that machine.' },
        found: `not checked: ${url} can only be reached on the machine of core`,
      },
    ]
  const probed = await probeListener(listener)
  const tls = probed.certificate === null ? '' : `, ${probed.certificate.protocol}`
  const answer: HealthFinding =
    probed.answeredMs === null
      ? { check, level: 'critical', found: `${url}: ${probed.why}`, mend: MEND[transport] }
      : { check, level: 'ok', found: `${url} answers in ${probed.answeredMs.toFixed(0)} ms${tls}`, mend: '' }
  return [answer, ...judgeCertificate(new URL(url).hostname, probed.certificate, nowMs)]
}

/** Where to knock: where core says, or what follows from its address. */
function listenersOf(
  server: string,
  health: BrokerHealth | null,
): { known: ListenerInfo[]; unknown: HealthFinding[] } {
  if (health !== null) return { known: health.state.listeners, unknown: [] }
  const websocket = { transport: 'websocket' as const, url: `${server.replace(/^http/, 'ws')}/mqtt` }
  const found = 'not checked: where they listen is told only to who may see the numbers'
  return {
    known: [websocket],
    unknown: [{ check: 'Other listeners', level: 'note', found, mend: '' }],
  }
}

/** Two listeners may show the same certificate. */
const isFirst = ({ check, found }: HealthFinding, index: number, all: readonly HealthFinding[]) =>
  all.findIndex((other) => other.check === check && other.found === found) === index

export async function examineBroker(context: CliContext): Promise<{
  server: string
  findings: HealthFinding[]
  health: BrokerHealth | null
}> {
  const { server, tokens } = target(context)
  // Before the knocking, which the broker counts.
  const { health, missing } = await askHealth(server, tokens)
  const { known, unknown } = listenersOf(server, health)
  const isHere = isLoopback(new URL(server).hostname)
  // Also when the API does not answer: a certificate that nobody trusts looks like that.
  const knocked = await Promise.all(
    known.map((listener) => checkListener(listener, isHere, context.clock.now())),
  )
  const findings = [...missing, ...knocked.flat(), ...unknown, ...(health?.findings ?? [])]
  return { server, findings: findings.filter(isFirst), health }
}

const isToDo = ({ level }: HealthFinding) => level === 'warning' || level === 'critical'

export function registerDoctorBroker(doctor: Command, run: Run, exitWith: (code: number) => void) {
  doctor
    .command('broker')
    .description('knock at every listener of the broker, and ask it how it does')
    .action(() =>
      run(async (context) => {
        const { server, findings, health } = await examineBroker(context)
        const level = worstLevel(findings.map((finding) => finding.level))
        const toDo = findings.filter(isToDo).length
        const sum = toDo === 0 ? 'Nothing to do.' : `${toDo} to look at.`
        context.out.show({ server, level, findings, health }, (all) =>
          [`The broker of ${all.server}`, '', findingsText(all.findings), '', sum].join('\n'),
        )
        if (toDo > 0) exitWith(1)
      }),
    )
}
