/**
 * pyephem and Skyfield, as Debian packs them, each in a process of its own on the core of the others.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { canPin, SERVER_CORE } from '../harness/processes.js'
import { MIN_ELEVATION, pathOf, type Work } from './work.js'

export type Peer = 'ephem' | 'skyfield'

export interface PeerTimed {
  readonly pairs: number
  /** CPU time. */
  readonly seconds: number
  readonly passes: number
  /** Pairs that it gave up. */
  readonly lost?: number
}

/** From build/test/bench/passes. */
const SCRIPT = new URL('../../../../test/bench/passes/peers.py', import.meta.url).pathname
/** Debian's own first: another one on the path has none of its packages. */
const INTERPRETERS = ['/usr/bin/python3', 'python3']

export interface Probe {
  readonly python: string
  readonly here: readonly Peer[]
  /** Whether Skyfield's SGP4 is compiled. */
  readonly acceleratedSgp4: boolean | null
}

function run(python: string, args: readonly string[], input = ''): unknown {
  const command = [python, SCRIPT, ...args]
  const [file = '', ...rest] = canPin ? ['taskset', '-c', String(SERVER_CORE), ...command] : command
  const { status, stdout, stderr } = spawnSync(file, rest, {
    input,
    encoding: 'utf8',
    maxBuffer: 1e9,
  })
  if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stderr.slice(-500)}`)
  return JSON.parse(stdout)
}

/** What is installed. */
export function probe(): Probe {
  for (const python of INTERPRETERS) {
    try {
      const found = run(python, ['probe']) as Omit<Probe, 'python'>
      if (found.here.length > 0) return { python, ...found }
    } catch {
      // No such interpreter: the next.
    }
  }
  return { python: 'python3', here: [], acceleratedSgp4: null }
}

/** @param every each n-th satellite only */
export const timePeer = (
  python: string,
  peer: Peer,
  { elements, stations }: Work,
  every: number,
): PeerTimed =>
  run(python, [peer, pathOf(elements), pathOf(stations), String(every), String(MIN_ELEVATION)]) as PeerTimed

/** A rise as find_events() has it: satellite, station, ms since the begin, and how high altaz() sees it then, degrees. */
export type Rise = readonly [satellite: number, station: number, ms: number, altitude: number]

export const risesBySkyfield = (python: string, { elements, stations, every = 1 }: Work): Rise[] =>
  run(python, ['rises', pathOf(elements), pathOf(stations), String(every), String(MIN_ELEVATION)]) as Rise[]

/** How high Skyfield sees satellites at moments: index of satellite, index of station, ms since the begin. Degrees. */
export const altitudesBySkyfield = (
  python: string,
  { elements, stations }: Work,
  moments: readonly (readonly [number, number, number])[],
): number[] =>
  run(python, ['altitudes', pathOf(elements), pathOf(stations)], JSON.stringify(moments)) as number[]
