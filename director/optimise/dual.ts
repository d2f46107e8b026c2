/**
 * How good a schedule could be at most. The rules of the satellites are taken out and get prices; what is left is one
 * antenna at a time, which dynamic programming solves exactly. The prices are sought by the volume algorithm (Barahona
 * and Anbil, Mathematical Programming 87, 2000), which also tells how much of each task the best mixture of schedules
 * holds.
 * @module
 */
import type { Layout, Line } from './layout.js'
import type { Quota } from './problem.js'

export interface Dual {
  /** No schedule is worth more. */
  readonly bound: number
  /** For each task from 0 to 1: its part in the averaged answer. */
  readonly share: Float64Array
  /** At these the bound was found. */
  readonly prices: Prices
}

export interface Prices {
  /** One a clique, 0 or more. */
  readonly cliques: Float64Array
  /** One a quota: above 0 where it is full, below 0 where it lacks. */
  readonly quotas: Float64Array
}

export interface DualOptions {
  readonly iterations: number
  /** What some schedule is worth: the nearer to the best, the better the steps. */
  readonly reached: number
  /** Where the search begins; without it, where nothing has a price. */
  readonly start?: Prices | undefined
}

/** How much of a newly found answer goes into the average, at first and at least; it falls by a fifth every hundred. */
const SHARE = { first: 0.1, least: 0.01, keep: 0.8, every: 100 } as const
const STEP = { first: 0.1, least: 1e-4, most: 2, shrink: 0.66, grow: 1.1 } as const
/** A bound so near to what was reached is no better worth knowing. */
const PROVEN = 1e-9
/** So many steps in vain before they become smaller. */
const PATIENCE = 20

export function solveDual(layout: Layout, options: DualOptions): Dual {
  const search = new Search(layout, options.start)
  const enough = options.reached + Math.abs(options.reached) * PROVEN
  // Without rules between the antennas each is solved for itself, and that is all.
  const iterations = layout.room.length + layout.quotas.length === 0 ? 1 : options.iterations
  for (let i = 0; i < iterations && search.bound > enough; i++) search.step(i, options.reached)
  return { bound: search.bound, share: search.share, prices: search.best }
}

class Search {
  bound = Number.POSITIVE_INFINITY
  readonly share: Float64Array
  /** Where the bound was found; every step begins here. */
  readonly best: Prices
  private readonly tried: Prices
  /** The averaged room that is left in each clique and quota: against it goes the step. */
  private readonly left: Prices
  private readonly chosen: Uint8Array
  private readonly worth: Float64Array
  private readonly sums: Float64Array
  private readonly use: Int32Array
  private readonly counts: Int32Array
  private readonly reach: Float64Array
  private stepSize: number = STEP.first
  private mixing: number = SHARE.first
  private inVain = 0

  private readonly quotas: readonly Quota[]

  constructor(
    readonly layout: Layout,
    start: Prices | undefined,
  ) {
    const { quotas } = layout
    this.quotas = quotas
    const cliques = layout.room.length
    const blank = (): Prices => ({
      cliques: new Float64Array(cliques),
      quotas: new Float64Array(quotas.length),
    })
    this.best = blank()
    this.tried = blank()
    this.left = blank()
    this.tried.cliques.set(start?.cliques ?? [])
    this.tried.quotas.set(start?.quotas ?? [])
    this.share = new Float64Array(layout.size)
    this.chosen = new Uint8Array(layout.size)
    this.worth = new Float64Array(layout.size)
    this.sums = new Float64Array(cliques + 1)
    this.use = new Int32Array(cliques + 1)
    this.counts = new Int32Array(quotas.length)
    this.reach = new Float64Array(1 + Math.max(0, ...layout.lines.map(({ order }) => order.length)))
  }

  step(iteration: number, reached: number): void {
    if (iteration > 0) this.move(reached)
    const bound = this.solve()
    const agreement = this.average(iteration === 0 ? 1 : this.mixing)
    if (bound < this.bound) {
      this.bound = bound
      this.best.cliques.set(this.tried.cliques)
      this.best.quotas.set(this.tried.quotas)
      this.inVain = 0
      if (agreement >= 0) this.stepSize = Math.min(STEP.most, this.stepSize * STEP.grow)
    } else if (++this.inVain === PATIENCE) {
      this.stepSize = Math.max(STEP.least, this.stepSize * STEP.shrink)
      this.inVain = 0
    }
    if ((iteration + 1) % SHARE.every === 0) this.mixing = Math.max(SHARE.least, this.mixing * SHARE.keep)
  }

  /** From the best prices, against the averaged room. */
  private move(reached: number): void {
    const { best, tried, left, quotas } = this
    const lowest = (q: number) => -(quotas[q]?.shortfall ?? 0)
    let length = 0
    for (const [c, room] of left.cliques.entries())
      if (room < 0 || (best.cliques[c] ?? 0) > 0) length += room * room
    for (const [q, room] of left.quotas.entries())
      if (room < 0 || (best.quotas[q] ?? 0) > lowest(q)) length += room * room
    const size = (this.stepSize * Math.max(this.bound - reached, this.bound * 1e-4)) / Math.max(length, 1e-9)
    for (const [c, room] of left.cliques.entries())
      tried.cliques[c] = Math.max(0, (best.cliques[c] ?? 0) - size * room)
    for (const [q, room] of left.quotas.entries()) {
      const price = Math.max(lowest(q), (best.quotas[q] ?? 0) - size * room)
      tried.quotas[q] = quotas[q]?.max === Number.POSITIVE_INFINITY ? Math.min(0, price) : price
    }
  }

  /** The best for every antenna at these prices. Returns the bound that follows. */
  private solve(): number {
    const { layout, tried, sums, worth, chosen, quotas } = this
    const { value, quota, firstClique, lastClique, room, lines, size } = layout
    let bound = 0
    for (let c = 0; c < room.length; c++) {
      const price = tried.cliques[c] ?? 0
      sums[c + 1] = (sums[c] ?? 0) + price
      bound += price * (room[c] ?? 0)
    }
    for (const [q, price] of tried.quotas.entries())
      if (price !== 0) bound += price * ((price > 0 ? quotas[q]?.max : quotas[q]?.min) ?? 0)
    for (let i = 0; i < size; i++) {
      const q = quota[i] ?? -1
      const toll = (sums[(lastClique[i] ?? 0) + 1] ?? 0) - (sums[firstClique[i] ?? 0] ?? 0)
      worth[i] = (value[i] ?? 0) - toll - (q < 0 ? 0 : (tried.quotas[q] ?? 0))
    }
    chosen.fill(0)
    for (const line of lines) bound += this.solveLine(line)
    return bound
  }

  /** Weighted interval scheduling; what begins at a joint may also come after the best that ends there. */
  private solveLine({ order, before, joints, beginsAt, endsAt }: Line): number {
    const { worth, chosen, reach } = this
    const length = order.length
    const best = new Float64Array(joints)
    const bestAt = new Int32Array(joints).fill(-1)
    const isJoined = (k: number): boolean => {
      const joint = beginsAt[k] ?? -1
      return joint >= 0 && (best[joint] ?? 0) > (reach[before[k] ?? 0] ?? 0)
    }
    for (let k = 0; k < length; k++) {
      const without = reach[k] ?? 0
      const task = worth[order[k] ?? 0] ?? 0
      const earlier = isJoined(k) ? best[beginsAt[k] ?? -1] : reach[before[k] ?? 0]
      const taken = task > 0 ? task + (earlier ?? 0) : -1
      reach[k + 1] = taken > without ? taken : without
      const joint = endsAt[k] ?? -1
      if (joint < 0 || taken <= (best[joint] ?? 0)) continue
      best[joint] = taken
      bestAt[joint] = k
    }
    for (let k = length; k > 0; )
      if ((reach[k] ?? 0) > (reach[k - 1] ?? 0)) {
        let first = k - 1
        chosen[order[first] ?? 0] = 1
        while (isJoined(first)) {
          first = bestAt[beginsAt[first] ?? -1] ?? 0
          chosen[order[first] ?? 0] = 1
        }
        k = before[first] ?? 0
      } else k--
    return reach[length] ?? 0
  }

  /** Takes the answer into the averages. Returns how far its room points where the averaged one does. */
  private average(part: number): number {
    const { layout, chosen, share, left, use, counts, quotas, tried } = this
    const { quota, firstClique, lastClique, room, size } = layout
    use.fill(0)
    counts.fill(0)
    for (let i = 0; i < size; i++) {
      const isChosen = chosen[i] ?? 0
      share[i] = (share[i] ?? 0) + (isChosen - (share[i] ?? 0)) * part
      if (isChosen === 0) continue
      const [first, behind] = [firstClique[i] ?? 0, (lastClique[i] ?? 0) + 1]
      use[first] = (use[first] ?? 0) + 1
      use[behind] = (use[behind] ?? 0) - 1
      const q = quota[i] ?? -1
      if (q >= 0) counts[q] = (counts[q] ?? 0) + 1
    }
    let agreement = 0
    let used = 0
    for (let c = 0; c < room.length; c++) {
      used += use[c] ?? 0
      const now = (room[c] ?? 0) - used
      const averaged = left.cliques[c] ?? 0
      agreement += now * averaged
      left.cliques[c] = averaged + (now - averaged) * part
    }
    for (const [q, rule] of quotas.entries()) {
      const now = roomOf(rule, counts[q] ?? 0, tried.quotas[q] ?? 0)
      const averaged = left.quotas[q] ?? 0
      agreement += now * averaged
      left.quotas[q] = averaged + (now - averaged) * part
    }
    return agreement
  }
}

/** A subgradient: below 0 when there are too many, above 0 when some are missing. */
function roomOf({ max, min }: Quota, count: number, price: number): number {
  if (price > 0) return max - count
  if (price < 0) return min - count
  return count > max ? max - count : Math.max(0, min - count)
}
