/**
 * Hamlib's own `rotctl`, which tells what the rest of the world sends to a controller.
 * @module
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface Said {
  readonly code: number
  readonly text: string
}

/** Gives `commands` to `rotctl -m MODEL -r PATH`, one after another. */
export async function rotctl(model: number, path: string, commands: readonly string[]): Promise<Said> {
  const words = commands.flatMap((command) => command.split(' '))
  try {
    const { stdout } = await promisify(execFile)(
      'rotctl',
      ['-m', String(model), '-r', path, '--', ...words],
      {
        timeout: 20_000,
      },
    )
    return { code: 0, text: stdout }
  } catch (cause) {
    const { code, stdout } = cause as { code?: number; stdout?: string }
    return { code: code ?? -1, text: stdout ?? '' }
  }
}
