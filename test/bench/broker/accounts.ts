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
/** Reads all stations of a whole core. */
export const DIRECTOR = 'svc_director'
/** In core the client id of a person names the session, and that of a service counts its connections. */
export const clientIdOf = (name: string) =>
  name.startsWith('reader-') ? `user:${name}:1` : name === DIRECTOR ? `${name}:1` : name

/** A key as core gives out; made from the name, so that every process of the bench knows it. */
export const keyOf = (name: string) =>
  `gsk_${keyIdOf(name)}_${createHash('sha256').update(name).digest('base64url')}`
export const keyIdOf = (name: string) =>
  createHash('sha256').update(`id of ${name}`).digest('hex').slice(0, 16)

export const telemetryTopic = (station: number) => `talos/${ORG}/gs/${stationId(station)}/telemetry/rot`
export const EVERY_TELEMETRY = `talos/${ORG}/gs/+/telemetry/+`
