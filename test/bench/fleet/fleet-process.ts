/**
 * The process behind `Fleet`.
 * @module
 */
import { Agent, request } from 'node:http'
import { TYPE } from '../../support/raw-mqtt.js'
import { ORG, stationId } from '../broker/accounts.js'
import { LoadClient } from '../broker/load-client.js'
import { Telemetry } from '../broker/telemetry.js'
import { coresMs } from '../harness/processes.js'
import { quantile } from '../harness/statistics.js'

export interface FleetJob {
  readonly do: 'connect'
  readonly port: number
  /** The stations from this number on. */
  readonly from: number
  readonly count: number
  /** Dials under way at once. */
  readonly parallel: number
  /** One subscription each, to its own commands, with QoS 1. */
  readonly subscribe: boolean
}

export interface RevokeJob {
  readonly do: 'revoke'
  /** Of core. */
  readonly url: string
  readonly mqttPort: number
  readonly cookie: string
  /** How many stations. */
  readonly count: number
  readonly parallel: number
}

export interface Revoked {
  /** From the HTTP answer to the closed socket, ms; 0 when the socket closed before. */
  readonly closedMs: readonly number[]
  /** From the HTTP request, which is the click, to the closed socket. */
  readonly requestToClosedMs: readonly number[]
  /** From the HTTP request to the refusal of a CONNECT that was sent as soon as the socket was closed. */
  readonly requestToRefusedMs: readonly number[]
  /** Publishes that were acknowledged although they were sent after the answer. */
  readonly takenAfterwards: number
  /** From the request to its answer. */
  readonly answeredMs: readonly number[]
  /** Sockets of others that closed. */
  readonly bystandersLost: number
}

/** All stations together say something so often. */
const TELEMETRY_MS = 10
const TELEMETRY_EACH = 10
/** Whoever is about to be revoked says something so often. */
const VICTIM_MS = 50

export interface Gathered {
  /** From the first dial to the last CONNACK. */
  readonly ms: number
  /** From one dial to its CONNACK. */
  readonly p99Ms: number
  /** Share of one core that this process had. */
  readonly loadShare: number
  /** Cores that all programs together had, this one and the server too. */
  readonly allShare: number
}

/** By the number of their station. */
const clients = new Map<number, LoadClient>()

async function connect({ port, from, count, parallel, subscribe }: FleetJob): Promise<Gathered> {
  const times: number[] = []
  const cpu = process.cpuUsage()
  const cores = coresMs()
  const startedAt = performance.now()
  let next = from
  const dial = async () => {
    while (next < from + count) {
      const n = next++
      const id = stationId(n)
      const dialedAt = performance.now()
      const client = await (subscribe
        ? LoadClient.open(port, id, `talos/${ORG}/gs/${id}/cmd/#`, 1)
        : LoadClient.open(port, id))
      // Core may reset it in the middle of what it says.
      client.socket.on('error', () => {})
      clients.set(n, client)
      times.push(performance.now() - dialedAt)
    }
  }
  await Promise.all(Array.from({ length: parallel }, dial))
  const ms = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  const loadShare = (user + system) / 1000 / ms
  return { ms, p99Ms: quantile(times, 0.99), loadShare, allShare: (coresMs() - cores) / ms }
}

/** Revokes stations that are connected, while all of them go on speaking. */
async function revoke(job: RevokeJob): Promise<Revoked> {
  const speaking = speak()
  const agent = new Agent({ keepAlive: true, maxSockets: job.parallel })
  const victims = [...clients].slice(0, job.count)
  let bystandersLost = 0
  for (const [, client] of [...clients].slice(job.count)) client.socket.once('close', () => bystandersLost++)
  const result = {
    closedMs: [] as number[],
    requestToClosedMs: [] as number[],
    requestToRefusedMs: [] as number[],
    answeredMs: [] as number[],
    takenAfterwards: 0,
  }
  let next = 0
  const work = async () => {
    for (let victim = victims[next++]; victim !== undefined; victim = victims[next++]) {
      const [n, client] = victim
      const { socket } = client
      if (socket.destroyed) throw new Error(`${stationId(n)} was gone before it was revoked`)
      const closed = new Promise<number>((resolve) => {
        socket.once('close', () => resolve(performance.now()))
      })
      let hasAnswer = false
      const publisher = publish(n, client, () => {
        if (hasAnswer) result.takenAfterwards++
      })
      const askedAt = performance.now()
      const answeredAt = await post(agent, job, stationId(n))
      hasAnswer = true
      const closedAt = await closed
      clearInterval(publisher)
      const code = await LoadClient.open(job.mqttPort, stationId(n)).then(
        () => 0,
        (error: Error) => error.message,
      )
      if (code === 0) throw new Error(`${stationId(n)} came back after it was revoked`)
      result.closedMs.push(Math.max(0, closedAt - answeredAt))
      result.requestToClosedMs.push(closedAt - askedAt)
      result.requestToRefusedMs.push(performance.now() - askedAt)
      result.answeredMs.push(answeredAt - askedAt)
      clients.delete(n)
    }
  }
  await Promise.all(Array.from({ length: job.parallel }, work))
  clearInterval(speaking)
  agent.destroy()
  return { ...result, bystandersLost }
}

/** Says something that is acknowledged, as often as an antenna that moves says where it is. */
function publish(n: number, client: LoadClient, onAck: () => void): NodeJS.Timeout {
  const telemetry = new Telemetry(n, 1)
  let count = 0
  client.onPacket = (first) => {
    if (first >> 4 === TYPE.puback) onAck()
  }
  const say = () => {
    if (client.socket.writable) client.socket.write(telemetry.packet(count++))
  }
  say()
  return setInterval(say, VICTIM_MS)
}

/** When the answer came. */
function post(agent: Agent, { url, cookie }: RevokeJob, id: string): Promise<number> {
  const body = JSON.stringify({ name: id })
  return new Promise((resolve, reject) => {
    const headers = { origin: url, cookie, 'content-type': 'application/json' }
    const target = `${url}/api/v1/orgs/${ORG}/stations/${id}/revoke`
    const sent = request(target, { method: 'POST', agent, headers }, (answer) => {
      const answeredAt = performance.now()
      answer.resume()
      if (answer.statusCode === 200) resolve(answeredAt)
      else reject(new Error(`revoking ${id} was answered ${answer.statusCode}`))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

function speak(): NodeJS.Timeout {
  const says = [...clients].map(([n, client]) => ({ client, telemetry: new Telemetry(n, 0) }))
  let count = 0
  return setInterval(() => {
    for (let i = 0; i < TELEMETRY_EACH; i++, count++) {
      const one = says[count % says.length]
      if (one?.client.socket.writable === true)
        one.client.socket.write(one.telemetry.packet(Math.floor(count / says.length)))
    }
  }, TELEMETRY_MS)
}

async function disconnect(): Promise<object> {
  const all = [...clients.values()]
  clients.clear()
  await Promise.all(
    all.map(
      (client) =>
        new Promise((resolve) => {
          client.socket.once('close', resolve)
          client.close()
        }),
    ),
  )
  return {}
}

process.on('message', (job: FleetJob | RevokeJob | { do: 'disconnect' }) => {
  const work = job.do === 'connect' ? connect(job) : job.do === 'revoke' ? revoke(job) : disconnect()
  work.then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ failure: String(error) }),
  )
})
process.once('disconnect', () => process.exit())
