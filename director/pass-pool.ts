/**
 * Searches passes on threads of their own, so that the director goes on speaking with its stations meanwhile. Memory is
 * bounded: of one search there are no more pieces under way, or waiting to be taken, than threads.
 * @module
 */
import { availableParallelism } from 'node:os'
import { workOf } from '../shared/orbit/long-passes.js'
import { PassTable } from '../shared/orbit/passes.js'
import { DAY } from '../shared/time.js'
import { type Piece, type PieceFound, type Searched, searchPiece } from './pass-piece.js'
import { Thread } from './thread.js'

/** Pairs of satellite and stand over a day in one piece: some 0.1 s of work, some 5 MB of passes. */
const PAIR_DAYS = 20_000
/** Up to this many a search takes less time than a thread to start. */
const SMALL = 2000
const DEFAULT_THREADS = 2
const PROGRAM = new URL('./pass-worker.js', import.meta.url)

/** The passes of some of the satellites that were asked for. */
export interface Part extends Searched {
  /** Index of the first of them; `table` counts from it. */
  readonly first: number
}

export class PassPool {
  private readonly threads: readonly Thread<Piece, PieceFound>[]

  /** @param pairDays of one piece */
  constructor(
    threads: number = Math.min(DEFAULT_THREADS, availableParallelism()),
    private readonly pairDays: number = PAIR_DAYS,
  ) {
    this.threads = Array.from({ length: threads }, () => new Thread(PROGRAM, 'search for passes'))
  }

  /** Ends all threads; searches under way fail. They start again when they are needed. */
  async stop(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.stop()))
  }

  /**
   * Passes of all satellites over all stands, in order of the satellites, part by part: the next parts are computed while
   * the caller looks at one. Leaving the loop, or `signal`, drops what has not begun.
   * @throws the reason of `signal`; TalosError `internal` when a thread fails
   */
  async *search(work: Piece, signal?: AbortSignal): AsyncGenerator<Part, void, void> {
    signal?.throwIfAborted()
    const { elements, stands, fromMs, toMs } = work
    const heaviest = elements.reduce((most, omm) => Math.max(most, workOf(omm)), 1)
    const perSatellite = heaviest * stands.length * Math.max(1, (toMs - fromMs) / DAY)
    if (elements.length * perSatellite <= SMALL) {
      yield { first: 0, ...searchPiece(work) }
      return
    }
    const left = new AbortController()
    const ending = signal === undefined ? left.signal : AbortSignal.any([left.signal, signal])
    const ended = rejectedBy(ending)
    const size = Math.max(1, Math.floor(this.pairDays / perSatellite))
    const firsts = Array.from({ length: Math.ceil(elements.length / size) }, (_, i) => i * size)
    const parts: Promise<Searched>[] = []
    const begin = (index: number) => {
      const first = firsts[index]
      const thread = this.threads[index % this.threads.length]
      if (first === undefined || thread === undefined) return
      const piece = { ...work, elements: elements.slice(first, first + size) }
      const part = thread
        .ask(piece, ending)
        .then(({ columns, ended, onTarget }) => ({ table: new PassTable(columns, ended), onTarget }))
      // Nobody may ask for it any more.
      part.catch(() => {})
      parts[index] = part
    }
    try {
      this.threads.forEach((_, index) => {
        begin(index)
      })
      for (const [index, first] of firsts.entries()) {
        const part = await Promise.race([parts[index] ?? ended, ended])
        ending.throwIfAborted()
        delete parts[index]
        begin(index + this.threads.length)
        yield { first, ...part }
      }
    } finally {
      left.abort()
    }
  }
}

/** Fails when a signal does. */
function rejectedBy(signal: AbortSignal): Promise<never> {
  const rejected = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  rejected.catch(() => {})
  return rejected
}
