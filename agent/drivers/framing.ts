/**
 * Finds the answers in a stream of bytes that may begin in the middle, stammer, or never end. Bytes are text in latin1,
 * one character a byte; what is held back is bounded.
 * @module
 */

export interface Splitter {
  /** The frames that are complete with this piece. */
  push(bytes: string): string[]
  /** Forgets what is half received. */
  reset(): void
}

/** Lines that end with CR, LF or both. Empty ones are no lines; one that is too long is dropped up to its end. */
export class LineSplitter implements Splitter {
  #rest = ''
  #isDropping = false

  constructor(private readonly mostBytes: number) {}

  push(bytes: string): string[] {
    const parts = bytes.split(/[\r\n]/)
    const lines: string[] = []
    for (const [i, part] of parts.entries()) {
      if (i > 0) {
        if (this.#rest !== '' && !this.#isDropping) lines.push(this.#rest)
        this.reset()
      }
      if (this.#isDropping) continue
      this.#isDropping = this.#rest.length + part.length > this.mostBytes
      this.#rest = this.#isDropping ? '' : this.#rest + part
    }
    return lines
  }

  reset(): void {
    this.#rest = ''
    this.#isDropping = false
  }
}

export interface BlockShape {
  readonly length: number
  readonly first: string
  readonly last: string
}

/** Blocks of a fixed length between two marks. What does not fit is dropped byte by byte until something does. */
export class BlockSplitter implements Splitter {
  #rest = ''

  constructor(private readonly shape: BlockShape) {}

  push(bytes: string): string[] {
    const { length, first, last } = this.shape
    const text = this.#rest + bytes
    const blocks: string[] = []
    let at = text.indexOf(first)
    while (at >= 0 && at + length <= text.length) {
      const fits = text[at + length - 1] === last
      if (fits) blocks.push(text.slice(at, at + length))
      at = text.indexOf(first, at + (fits ? length : 1))
    }
    this.#rest = at < 0 ? '' : text.slice(at)
    return blocks
  }

  reset(): void {
    this.#rest = ''
  }
}
