/**
 * What a station says, as its schemas want it.
 * @module
 */
import { randomUUID } from 'node:crypto'
import { iso } from '../../shared/time.js'
import { MOUNT } from './joined.js'

const bootId = randomUUID()
const ts = () => iso(Date.now())

export const info = () =>
  JSON.stringify({
    ...{ ts: ts(), version: '0.1.0', bootId, capabilities: ['rotator'], mount: MOUNT, keyIssuedAt: ts() },
    driver: { kind: 'simulated', model: 'none' },
  })

export const state = () =>
  JSON.stringify({ ts: ts(), bootId, seq: 1, link: 'online', state: 'idle', code: null, plans: [] })

export const will = () => JSON.stringify({ ts: ts(), bootId, link: 'offline' })

/** `seq` tells one from another. */
export const rot = (seq: number) =>
  JSON.stringify({
    ...{ ts: ts(), seq, cmdAz: 10, cmdEl: 20, az: 10, el: 20, errDeg: 0, turns: 0 },
    ...{ state: 'on_target', rprt: 0 },
  })

export const rig = () =>
  JSON.stringify({
    ...{ ts: ts(), seq: 1, downlinkHz: 145_800_000, uplinkHz: null, mode: 'FM', dialHz: 0, rprt: 0 },
  })

export const health = () =>
  JSON.stringify({
    ...{ ts: ts(), seq: 1, uptimeS: 5, rssMiB: 80, driverUp: true, misses: 0, plans: 0 },
    diskFreeMiB: 1000,
  })

export const ack = (jti: string, op = 'move') =>
  JSON.stringify({ ts: ts(), jti, op, result: 'accepted', code: null })
