/**
 * Telemetry of 150 bytes that our schema takes, built once; only its number changes from message to message.
 * @module
 */
import { rotTelemetrySchema } from '../../../shared/messages.js'
import { publishPacket } from '../../support/raw-mqtt.js'
import { stationId, telemetryTopic } from './accounts.js'

export const PAYLOAD_BYTES = 150
/** Numbers have nine digits, so that they stand at one place. */
const FIRST = 100_000_000
const DIGITS = 9

const payload = JSON.stringify({
  ...{ ts: '2026-11-22T12:00:00.000Z', seq: FIRST, cmdAz: 123.4, cmdEl: 45.6, az: 123.4, el: 45.6 },
  ...{ errDeg: 0.01, turns: 0, state: 'on_target', rprt: 0 },
})
rotTelemetrySchema.parse(JSON.parse(payload))
if (payload.length !== PAYLOAD_BYTES) throw new Error(`the telemetry has ${payload.length} bytes`)

const headBytes = (qos: number) => publishPacket(telemetryTopic(0), payload, { qos }).length - PAYLOAD_BYTES
/** Where the digits of the station stand behind the start of the topic's length, and those of the number in the payload. */
const STATION_AT = 2 + telemetryTopic(0).indexOf(stationId(0)) + stationId(0).length - 5
const NUMBER_AT = payload.indexOf(String(FIRST))

function readDigits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i++) value = value * 10 + (bytes[i] ?? 0) - 48
  return value
}

/** The packets of one station. */
export class Telemetry {
  readonly #packet: Buffer
  readonly #numberAt: number
  readonly #idAt: number

  constructor(
    station: number,
    readonly qos: 0 | 1,
  ) {
    this.#packet = publishPacket(telemetryTopic(station), payload, { qos })
    this.#numberAt = headBytes(qos) + NUMBER_AT
    this.#idAt = headBytes(qos) - 2
  }

  /** A packet of its own for each number; the packet identifier follows it. */
  packet(number: number): Buffer {
    const packet = Buffer.from(this.#packet)
    packet.write(String(FIRST + number), this.#numberAt, DIGITS, 'latin1')
    if (this.qos === 1) packet.writeUInt16BE((number % 65_535) + 1, this.#idAt)
    return packet
  }
}

/** Whose telemetry is it, and which number? `at` is where the variable header of the PUBLISH begins. */
export const stationOf = (bytes: Uint8Array, at: number): number => readDigits(bytes, at + STATION_AT, 5)

export const numberOf = (bytes: Uint8Array, payloadAt: number): number =>
  readDigits(bytes, payloadAt + NUMBER_AT, DIGITS) - FIRST
