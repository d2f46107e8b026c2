/**
 * Who wants to hear which topic. Filters with wildcards at the same levels share a shape; a topic is looked up once in
 * each shape that is in use, with its own levels in place of those that are not wildcards (tuple space search,
 * Srinivasan et al., SIGCOMM 1999). Our rights allow a handful of shapes, so ten thousand stations cost no more than one.
 * @module
 */

interface Shape {
  /** `true` where the filter has a `+`. */
  readonly isAny: readonly boolean[]
  /** Ends with `#`, which is not among its levels. */
  readonly isOpen: boolean
  /** How many filters have it. */
  filters: number
}

/** Topics whose readers are remembered; telemetry repeats them for ever, acks do not. */
const MAX_REMEMBERED = 10_000
const NOBODY: readonly never[] = []

export class FilterTable<T> {
  readonly #byFilter = new Map<string, readonly T[]>()
  readonly #shapes = new Map<string, Shape>()
  readonly #matches = new Map<string, readonly T[]>()

  add(filter: string, value: T): void {
    const known = this.#byFilter.get(filter)
    this.#byFilter.set(filter, known === undefined ? [value] : [...known, value])
    if (known === undefined) this.#shapeOf(filter).filters++
    this.#matches.clear()
  }

  /** Takes it off once; other values of the filter stay. */
  delete(filter: string, value: T): void {
    const known = this.#byFilter.get(filter)
    const at = known?.indexOf(value) ?? -1
    if (known === undefined || at < 0) return
    this.#matches.clear()
    if (known.length > 1) {
      this.#byFilter.set(filter, known.toSpliced(at, 1))
      return
    }
    this.#byFilter.delete(filter)
    const shape = this.#shapeOf(filter)
    if (--shape.filters === 0) this.#shapes.delete(nameOf(shape))
  }

  /** The values of all filters that match the topic; a value with two such filters is there twice. Do not change it. */
  match(topic: string): readonly T[] {
    const known = this.#matches.get(topic)
    if (known !== undefined) return known
    if (this.#matches.size >= MAX_REMEMBERED) this.#matches.clear()
    const found = this.#search(topic)
    this.#matches.set(topic, found)
    return found
  }

  #search(topic: string): readonly T[] {
    const levels = topic.split('/')
    let found: readonly T[] = NOBODY
    for (const shape of this.#shapes.values()) {
      const length = shape.isAny.length
      // MQTT 3.1.1, 4.7.1.2: `a/#` matches `a` too.
      if (shape.isOpen ? levels.length < length : levels.length !== length) continue
      const values = this.#byFilter.get(filterOf(shape, levels))
      if (values !== undefined) found = found.length === 0 ? values : [...found, ...values]
    }
    return found
  }

  #shapeOf(filter: string): Shape {
    const levels = filter.split('/')
    const isOpen = levels.at(-1) === '#'
    if (isOpen) levels.pop()
    const shape: Shape = { isAny: levels.map((level) => level === '+'), isOpen, filters: 0 }
    const known = this.#shapes.get(nameOf(shape))
    if (known !== undefined) return known
    this.#shapes.set(nameOf(shape), shape)
    return shape
  }
}

const nameOf = ({ isAny, isOpen }: Shape) => filterOf({ isAny, isOpen }, [])

/** The filter of this shape that the levels of a topic fit. */
function filterOf({ isAny, isOpen }: Omit<Shape, 'filters'>, levels: readonly string[]): string {
  let filter = ''
  for (let i = 0; i < isAny.length; i++) {
    if (i > 0) filter += '/'
    filter += isAny[i] ? '+' : (levels[i] ?? '')
  }
  return isOpen ? (isAny.length === 0 ? '#' : `${filter}/#`) : filter
}
