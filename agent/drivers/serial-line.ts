/**
 * The serial line itself, as little of it as the agent needs. The native module behind it is loaded when the first line
 * is opened: an agent without serial rotator runs where there is no such module.
 * @module
 */
import { DriverError } from './fault.js'

export interface SerialSettings {
  readonly path: string
  readonly baudRate: number
}

export interface SerialEvents {
  /** Bytes came, as latin1. */
  readonly onBytes: (bytes: string) => void
  /** The line is gone, for whatever reason; nothing comes after it. */
  readonly onGone: (reason: string) => void
}

export interface SerialLine {
  /** Resolves when the bytes have left this machine. */
  write(bytes: string): Promise<void>
  /** Throws away what has not left yet. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** Opens a line, 8 bits, no parity, one stop bit. Rejects when it cannot be opened. */
export type OpenLine = (settings: SerialSettings, events: SerialEvents) => Promise<SerialLine>

/** A call with a callback as a promise. */
const done = (act: (callback: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => act((error) => (error ? reject(error) : resolve())))

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/no such file/i, 'Is it plugged in? Names under /dev/serial/by-id do not change'],
  [/permission denied/i, 'Put the user of the agent into the group that owns it (dialout)'],
  [/cannot lock|busy/i, 'Another program has it open'],
]

export const openSerialLine: OpenLine = async (settings, { onBytes, onGone }) => {
  let serial: typeof import('serialport')
  try {
    serial = await import('serialport')
  } catch (cause) {
    throw new DriverError('not_available', -11, 'there is no module for serial lines on this machine', cause)
  }
  // Dropping DTR on close would restart Arduinos with each opening. Locked: two agents on one line move one mount.
  const port = new serial.SerialPort({ ...settings, autoOpen: false, hupcl: false, lock: true })
  port.on('data', (chunk: Buffer) => onBytes(chunk.toString('latin1')))
  port.on('error', (error: Error) => onGone(error.message))
  // An unplugged adapter says `close` and never `error`.
  port.on('close', (error?: Error | null) => onGone(error?.message ?? 'the line was closed'))
  try {
    await done((callback) => port.open(callback))
  } catch (cause) {
    const said = (cause as Error).message
    const hint = HINTS.find(([pattern]) => pattern.test(said))?.[1]
    throw new DriverError(
      'disconnected',
      -6,
      `cannot open ${settings.path}: ${said}${hint === undefined ? '' : `. ${hint}`}`,
      cause,
    )
  }
  return {
    write: async (bytes) => {
      await done((callback) => port.write(bytes, 'latin1', callback))
      await done((callback) => port.drain(callback))
    },
    flush: () => done((callback) => port.flush(callback)),
    close: () => (port.isOpen ? done((callback) => port.close(callback)) : Promise.resolve()),
  }
}
