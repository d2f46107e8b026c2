/**
 * Where the socket of an agent is: in its data directory. The kernel takes 107 bytes for the path of a socket
 * (unix(7)); a longer one is reached through a descriptor of its folder.
 * @module
 */
import { closeSync, constants, openSync } from 'node:fs'
import { join } from 'node:path'
import { TalosError } from '../../shared/errors.js'

const NAME = 'agent.sock'
const MOST_BYTES = 107

export interface SocketPlace {
  /** For `listen` and `connect`. */
  readonly path: string
  /** Afterwards the path means nothing any more. */
  close(): void
}

export const socketFile = (dataDir: string): string => join(dataDir, NAME)

/**
 * A path to the socket that the kernel takes.
 * @throws TalosError `config_invalid` where there is none; otherwise what opening the folder throws
 */
export function socketPlace(dataDir: string): SocketPlace {
  const path = socketFile(dataDir)
  if (Buffer.byteLength(path) <= MOST_BYTES) return { path, close: () => undefined }
  if (process.platform !== 'linux')
    throw new TalosError(
      'config_invalid',
      `${path} is longer than the ${MOST_BYTES} bytes that a socket may have here. Give the agent a shorter dataDir.`,
    )
  const folder = openSync(dataDir, constants.O_RDONLY | constants.O_DIRECTORY)
  return { path: `/proc/self/fd/${folder}/${NAME}`, close: () => closeSync(folder) }
}
