/**
 * The process behind `Bystander`: ten stations speak in turn, one reader hears them all.
 * @module
 */
import { DIRECTOR, EVERY_TELEMETRY, stationId } from '../broker/accounts.js'
import { LoadClient } from '../broker/load-client.js'
import { numberOf, PAYLOAD_BYTES, stationOf, Telemetry } from '../broker/telemetry.js'
import { quantile } from '../harness/statistics.js'

export interface BystanderJob {
  readonly port: number
  /** Its stations are ten from this number on. */
  readonly from: number
  /** Who hears: `svc_director` where a whole core is measured. */
  readonly reader?: string
}

export interface Noticed {
  readonly messages: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const STATIONS = 10
/** 100 messages a second. */
const EVERY_MS = 10
const TYPE_PUBLISH = 3

let latencies: number[] = []

async function start({ port, from, reader = DIRECTOR }: BystanderJob): Promise<void> {
  const listener = await LoadClient.open(port, reader, EVERY_TELEMETRY)
  const sentAt = new Map<string, number>()
  listener.onPacket = (first, bytes, at, end) => {
    if (first >> 4 !== TYPE_PUBLISH) return
    const name = `${stationOf(bytes, at)} ${numberOf(bytes, end - PAYLOAD_BYTES)}`
    const sent = sentAt.get(name)
    if (sent === undefined) return
    sentAt.delete(name)
    latencies.push(performance.now() - sent)
  }
  const speakers: { client: LoadClient; telemetry: Telemetry; n: number }[] = []
  for (let n = from; n < from + STATIONS; n++)
    speakers.push({ client: await LoadClient.open(port, stationId(n)), telemetry: new Telemetry(n, 0), n })
  let count = 0
  setInterval(() => {
    const speaker = speakers[count % STATIONS]
    const number = Math.floor(count++ / STATIONS)
    if (speaker === undefined) return
    sentAt.set(`${speaker.n} ${number}`, performance.now())
    speaker.client.socket.write(speaker.telemetry.packet(number))
  }, EVERY_MS)
}

function noticed(): Noticed {
  const all = latencies
  latencies = []
  const max = all.reduce((most, ms) => Math.max(most, ms), 0)
  return { messages: all.length, p50: quantile(all, 0.5), p99: quantile(all, 0.99), max }
}

process.on('message', (question: BystanderJob | 'noticed') => {
  if (question === 'noticed') {
    process.send?.(noticed())
    return
  }
  start(question).then(
    () => process.send?.({}),
    (error: unknown) => process.send?.({ failure: String(error) }),
  )
})
process.once('disconnect', () => process.exit())
