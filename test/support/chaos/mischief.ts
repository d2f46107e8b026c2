/**
 * What goes wrong, and when: drawn beforehand from a seed, so that a run can be had again.
 * @module
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Pick } from '../random.js'
import { MOODS, type Mood } from './face.js'
import type { Station } from './station.js'

export const KINDS = [
  'link cut',
  'agent killed',
  'agent killed, files damaged',
  'agent restarted',
  'rotctld crashed',
  'rotctld stalled',
  'rotctld talks nonsense',
  'clock stepped',
] as const
export type Kind = (typeof KINDS)[number]

export interface Trouble {
  readonly kind: Kind
  /** When it begins, epoch ms, and how long it lasts. */
  readonly atMs: number
  readonly forMs: number
  /** By how much the clock is stepped; how the rotator talks; with what seed files are damaged. */
  readonly stepMs: number
  readonly mood: Mood
  readonly seed: number
}

/** Seconds by which a clock is stepped: within tolerance, beyond it, by far. */
const STEPS_S = [0.4, -0.4, 1.5, -1.5, 5, -5, 30, -30, 3600, -3600]
/** Shortest and longest, ms. */
const LASTS: Record<Kind, readonly [number, number]> = {
  'link cut': [500, 12_000],
  'agent killed': [0, 5000],
  'agent killed, files damaged': [0, 4000],
  'agent restarted': [0, 2000],
  'rotctld crashed': [200, 5000],
  'rotctld stalled': [300, 8000],
  'rotctld talks nonsense': [300, 6000],
  'clock stepped': [1500, 8000],
}

/**
 * Trouble for one pass: none for each `calmEvery`-th, else one or two kinds at any moment from before AOS to after LOS.
 */
export function troubleFor(n: number, aosMs: number, losMs: number, pauseMs: number, pick: Pick): Trouble[] {
  // Drawn in any case, so that the calm passes do not change the others.
  const drawn = Array.from({ length: 1 + pick(2) }, (): Trouble => {
    const kind = KINDS[pick(KINDS.length)] ?? 'link cut'
    const [least, most] = LASTS[kind]
    return {
      kind,
      atMs: aosMs - pauseMs + pick(losMs - aosMs + pauseMs + 1000),
      forMs: least + pick(most - least),
      stepMs: 1000 * (STEPS_S[pick(STEPS_S.length)] ?? 0),
      mood: MOODS[1 + pick(MOODS.length - 1)] ?? 'silent',
      seed: pick(2 ** 31),
    }
  })
  return n % CALM_EVERY === 0 ? [] : drawn
}

/** So often a pass has no trouble of its own; what came before may still last. */
const CALM_EVERY = 4

/** Where the agent keeps what a kill must not lose. The credential is no plan: without it nobody is a station. */
const PLACES = ['plans', 'receipts', '.']
const SPARED = ['credential.json', 'agent.json', 'agent.log', 'enrollment.json', 'status.json']

/** Damages up to three of the agent's files; it must not run meanwhile. Returns which, relative to its folder. */
export function damage(dataDir: string, pick: Pick): string[] {
  const files = PLACES.flatMap((place) =>
    readdirSync(path.join(dataDir, place), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !SPARED.includes(entry.name))
      .map((entry) => path.join(place, entry.name)),
  )
  const hurt = new Set(Array.from({ length: 1 + pick(3) }, () => files[pick(files.length)]))
  const found = [...hurt].filter((file) => file !== undefined)
  for (const name of found) {
    const file = path.join(dataDir, name)
    const bytes = readFileSync(file)
    const at = pick(bytes.length + 1)
    switch (pick(5)) {
      case 0:
        writeFileSync(file, bytes.subarray(0, at))
        break
      case 1:
        writeFileSync(file, '')
        break
      case 2:
        writeFileSync(
          file,
          Buffer.concat([bytes.subarray(0, at), Buffer.from([pick(256)]), bytes.subarray(at + 1)]),
        )
        break
      case 3:
        writeFileSync(file, Buffer.alloc(bytes.length))
        break
      default:
        rmSync(file)
    }
  }
  return found
}

/** What was done to a station, for the judge. */
export interface Deed {
  readonly kind: Kind
  readonly fromMs: number
  readonly untilMs: number
  readonly damaged: readonly string[]
}

/** Does it, and undoes it. Resolves when the station is as before. */
export async function commit(
  station: Station,
  trouble: Trouble,
  random: (seed: number) => Pick,
): Promise<Deed> {
  const { kind, forMs, stepMs, mood, seed } = trouble
  const { rotator } = station.post
  const fromMs = Date.now()
  let damaged: string[] = []
  switch (kind) {
    case 'link cut':
      station.cut()
      await pause(forMs)
      station.mend()
      break
    case 'agent killed':
    case 'agent killed, files damaged':
      await station.end('SIGKILL')
      if (kind === 'agent killed, files damaged' && !station.isRunning)
        damaged = damage(station.dataDir, random(seed))
      await pause(forMs)
      station.start()
      break
    case 'agent restarted':
      await station.end('SIGTERM')
      await pause(forMs)
      station.start()
      break
    case 'rotctld crashed':
      await rotator.crash()
      await pause(forMs)
      await rotator.revive()
      break
    case 'rotctld stalled':
      rotator.stall()
      await pause(forMs)
      rotator.resume()
      break
    case 'rotctld talks nonsense':
      rotator.talk(mood)
      await pause(forMs)
      rotator.talk('honest')
      break
    case 'clock stepped':
      station.step(stepMs)
      await pause(forMs)
      station.step(0)
  }
  return { kind, fromMs, untilMs: Date.now(), damaged }
}
