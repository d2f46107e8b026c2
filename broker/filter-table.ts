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

/** Who wants to hear a filter. */
interface Entry<T> {
  values: T[]
  /** The array was handed out, and must stay as it is. */
  isShared: boolean
}

/** Topics whose readers are remembered: the telemetry of as many stations as the broker lets in. */
const MAX_REMEMBERED = 50_000
const NOBODY: readonly never[] = []

export class FilterTable<T> {
  readonly #byFilter = new Map<string, Entry<T>>()
  readonly #shapes = new Map<string, Shape>()
  readonly #matches = new Map<string, readonly T[]>()

  add(filter: string, value: T): void {
    const entry = this.#byFilter.get(filter)
    if (entry === undefined) {
      this.#byFilter.set(filter, { values: [value], isShared: false })
      this.#shapeOf(filter).filters++
    } else own(entry).push(value)
    this.#matches.clear()
  }

  /** Takes it off once; other values of the filter stay. */
  delete(filter: string, value: T): void {
    const entry = this.#byFilter.get(filter)
    const at = entry?.values.indexOf(value) ?? -1
    if (entry === undefined || at < 0) return
    this.#matches.clear()
    own(entry).splice(at, 1)
    if (entry.values.length > 0) return
    this.#byFilter.delete(filter)
    const shape = this.#shapeOf(filter)
    if (--shape.filters === 0) this.#shapes.delete(nameOf(shape))
  }

  /** The values of all filters that match the topic; a value with two such filters is there twice. It never changes. */
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
      const entry = this.#byFilter.get(filterOf(shape, levels))
      if (entry === undefined) continue
      if (found.length > 0) found = [...found, ...entry.values]
      else {
        entry.isShared = true
        found = entry.values
      }
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

/** The values, for changing: ten thousand stations listen to one filter, so they are not copied for each that comes. */
function own<T>(entry: Entry<T>): T[] {
  if (entry.isShared) {
    entry.values = [...entry.values]
    entry.isShared = false
  }
  return entry.values
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
