/**
 * Who takes part: stations that speak, readers that listen, each with a key of 256 bits. The same names, keys and topics
 * for every broker that is compared.
 * @module
 */
import { createHash } from 'node:crypto'

export const ORG = 'bench'
/** Stations and readers in the loads of throughput and latency. */
export const MANY = 50

const padded = (n: number) => String(n).padStart(5, '0')
export const stationId = (n: number) => `station-${padded(n)}`
/** A reader of the whole organisation; here it brings a key, in production a ticket. */
export const readerId = (n: number) => `reader-${padded(n)}`
/** In core the client id of a person names the session. */
export const clientIdOf = (name: string) => (name.startsWith('reader-') ? `user:${name}:1` : name)

/** A key as core gives out; made from the name, so that every process of the bench knows it. */
export const keyOf = (name: string) =>
  `gsk_0123456789abcdef_${createHash('sha256').update(name).digest('base64url')}`

export const telemetryTopic = (station: number) => `talos/${ORG}/gs/${stationId(station)}/telemetry/rot`
export const EVERY_TELEMETRY = `talos/${ORG}/gs/+/telemetry/+`
