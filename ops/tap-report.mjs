/**
 * Reads what tap prints (TAP 14), counts tests and keeps what failed.
 *
 * A test is an innermost `t.test`: one sentence. Assertions are not counted: a property that holds for a thousand
 * inputs may assert nothing by name.
 * @module
 */

/**
 * @typedef {{ path: string[], details: string[] }} Failure
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {Counts & { name: string, milliseconds: number, failures: Failure[], skips: string[] }} FileResult
 */

const INDENT = 4
const POINT =
  /^(?<not>not )?ok \d+(?: - (?<name>.*?))?(?: # (?<directive>SKIP|TODO)\b ?(?<reason>.*)| # time=(?<time>[\d.]+)ms)?$/i
/** What tap tells about a failure and nobody needs: the source, and how the file was run. */
const NOISE = /^(source|at|stdio|cwd|externalID|command|args|jobId|compare|tapCaught):/

export class TapReader {
  /** @param {(result: FileResult) => void} onFile called when a test file has ended */
  constructor(onFile) {
    this.onFile = onFile
    this.blocks = []
    this.details = null
    this.lastFailure = null
    this.endedFile = null
  }

  /** @param {string} line */
  read(line) {
    if (this.details !== null) return this.readDetail(line)
    const text = line.trim()
    if (text === '---') {
      this.details = { indent: line.indexOf('---'), lines: [] }
      return
    }
    this.flush()
    const depth = (line.length - line.trimStart().length) / INDENT
    const point = POINT.exec(text)
    if (text.startsWith('# Subtest: ')) this.open(depth, text.slice('# Subtest: '.length))
    else if (point !== null && Number.isInteger(depth)) this.point(depth, point.groups)
  }

  /** Call after the last line. */
  end() {
    this.flush()
  }

  readDetail(line) {
    if (line.trim() !== '...') {
      this.details.lines.push(line.slice(this.details.indent))
      return
    }
    this.lastFailure?.details.push(...readable(this.details.lines))
    // A file that ran out of time is named only here.
    const expired = this.details.lines.find((detail) => detail.startsWith('expired: '))
    if (expired !== undefined && this.endedFile !== null)
      this.endedFile.name = expired.slice('expired: '.length)
    this.details = null
  }

  open(depth, name) {
    this.blocks.length = Math.min(this.blocks.length, depth)
    const counts = { tests: 0, points: 0, passed: 0, failed: 0, skipped: 0 }
    this.blocks.push({ name, ...counts, failures: [], skips: [], skipsInside: 0 })
  }

  /** A point ends the block that is open at its depth, or else is an assertion of the block around it. */
  point(depth, { not, name = '', directive, reason = '', time = '0' }) {
    const skipped = directive !== undefined
    const ok = not === undefined || skipped
    const ended = this.blocks[depth]
    this.blocks.length = Math.min(this.blocks.length, depth)
    const path = [...this.blocks.map((block) => block.name), name]
    const parent = this.blocks.at(-1)
    const known = ended !== undefined && ended.failures.length > 0
    this.lastFailure = ok || known ? null : { path, details: [] }
    if (ended === undefined && parent !== undefined) {
      parent.points++
      if (skipped) parent.skips.push(reason === '' ? name : `${name}: ${reason}`)
      if (this.lastFailure !== null) parent.failures.push(this.lastFailure)
      return
    }
    const result = sumOf(ended, ok, skipped, parent === undefined)
    if (skipped && ended !== undefined) result.skips.push(reason)
    if (this.lastFailure !== null) result.failures.push(this.lastFailure)
    if (parent === undefined) this.endedFile = { name, milliseconds: Number(time), ...result }
    else addTo(parent, result)
  }

  flush() {
    if (this.endedFile !== null) this.onFile(this.endedFile)
    this.endedFile = null
    this.lastFailure = null
  }
}

/** What a block that has ended adds to the sum: itself when it is innermost, else what is inside. */
function sumOf(block, ok, skipped, isFile) {
  const { failures = [], skips = [], tests = 0, points = 0 } = block ?? {}
  const kept = { failures: [...failures], skips: [...skips] }
  if (tests > 0) {
    // It may fail although all inside passed: a wrong plan, a signal, a time-out.
    const failed = ok ? block.failed : Math.max(1, block.failed)
    return { ...kept, passed: block.passed, failed, skipped: block.skipped + skipsOfItsOwn(block) }
  }
  if (!ok) return { ...kept, passed: 0, failed: 1, skipped: 0 }
  if (skipped || (points > 0 && skips.length === points)) {
    // In a file these are tests that were skipped whole, in a test they are assertions.
    return { ...kept, passed: 0, failed: 0, skipped: isFile ? Math.max(1, skips.length) : 1 }
  }
  return { ...kept, passed: 1, failed: 0, skipped: 0 }
}

/** Tests beside others that were skipped whole: tap gives them no block. */
const skipsOfItsOwn = (block) => block.skips.length - block.skipsInside

function addTo(parent, result) {
  parent.tests++
  parent.passed += result.passed
  parent.failed += result.failed
  parent.skipped += result.skipped
  parent.failures.push(...result.failures)
  parent.skips.push(...result.skips)
  parent.skipsInside += result.skips.length
}

function readable(lines) {
  let noise = false
  return lines.filter((line) => {
    if (/^\S/.test(line)) noise = NOISE.test(line)
    return !noise && line.trim() !== ''
  })
}

/** @param {Counts} counts */
export const closingLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
