/** The few globals that Node and every browser share; `shared` may use nothing else of either. */
declare global {
  class TextEncoder {
    encode(text: string): Uint8Array<ArrayBuffer>
  }
  class TextDecoder {
    constructor(label: string, options?: { fatal?: boolean })
    decode(bytes: Uint8Array): string
  }
  var performance: { now(): number }
}

export {}
