/**
 * A strict reader of DER (ITU-T X.690, section 10): what is not in its one shortest form is refused, and nothing is read
 * that the caller does not ask for.
 * @module
 */

export interface DerValue {
  /** Class, form and number in one byte; longer tags are refused. */
  readonly tag: number
  readonly content: Buffer
  /** With tag and length: what signatures are made over. */
  readonly raw: Buffer
}

export const DER = { bitString: 0x03, sequence: 0x30 } as const

const LONG_TAG = 0x1f
const LONG_LENGTH = 0x80

/**
 * The values that follow one another in `bytes` and fill them.
 * @throws RangeError for anything else
 */
export function readDer(bytes: Buffer): DerValue[] {
  const values: DerValue[] = []
  for (let at = 0; at < bytes.length; ) {
    const value = readOne(bytes.subarray(at))
    values.push(value)
    at += value.raw.length
  }
  return values
}

/** As `readDer` for a value that holds others. @throws RangeError unless it has this tag */
export function readInside(value: DerValue | undefined, tag: number): DerValue[] {
  if (value?.tag !== tag) throw new RangeError(`tag ${value?.tag} in place of ${tag}`)
  return readDer(value.content)
}

function readOne(bytes: Buffer): DerValue {
  const [tag = 0, first] = bytes
  if ((tag & LONG_TAG) === LONG_TAG) throw new RangeError('a long tag')
  if (first === undefined) throw new RangeError('it ends before a length')
  const lengthBytes = first < LONG_LENGTH ? 0 : first & ~LONG_LENGTH
  // Two bytes reach 64 KiB; none is the indefinite form, which is BER.
  if (first >= LONG_LENGTH && (lengthBytes === 0 || lengthBytes > 2 || bytes.length < 2 + lengthBytes))
    throw new RangeError('a length that is not served')
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes)
  if (lengthBytes > 0 && length < (lengthBytes === 1 ? LONG_LENGTH : 0x100))
    throw new RangeError('a length that could be shorter')
  const start = 2 + lengthBytes
  if (bytes.length < start + length) throw new RangeError('it ends inside a value')
  return { tag, content: bytes.subarray(start, start + length), raw: bytes.subarray(0, start + length) }
}
