/** The few globals that Node and every browser share; `shared` may use nothing else of either. */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}
declare class TextDecoder {
  constructor(label: string, options?: { fatal?: boolean })
  decode(bytes: Uint8Array): string
}
declare const performance: { now(): number }
