/** The few globals of a browser that this folder may use; Node has them too, so its tests need no browser. */
declare global {
  interface AbortSignal {
    readonly aborted: boolean
    addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  }
  class AbortController {
    readonly signal: AbortSignal
    abort(): void
  }
  class TextDecoder {
    constructor(label: string, options?: { fatal?: boolean })
    decode(bytes: Uint8Array): string
  }

  class URLSearchParams {
    constructor(words: string | Record<string, string> | [string, string][])
    get(name: string): string | null
    toString(): string
  }
}

export {}
