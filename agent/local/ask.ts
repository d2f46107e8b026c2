/**
 * The asking end of the local face: for `talos agent ...` on the same machine.
 * @module
 */
import { connect } from 'node:net'
import type { z } from 'zod'
import { TalosError } from '../../shared/errors.js'
import { SECOND } from '../../shared/time.js'
import { reasonOf } from '../log.js'
import { socketFile, socketPlace } from './socket-place.js'
import { answerSchema, type LocalRequest } from './words.js'

/** A stop is answered when the rotator has taken it, or cannot. */
const PATIENCE_MS = 10 * SECOND
/** A status with as many plans as an agent holds is far below it. */
const MOST_BYTES = 4 * 1024 * 1024

function unreachable(dataDir: string, cause: unknown): TalosError {
  const { code } = cause as NodeJS.ErrnoException
  const where = socketFile(dataDir)
  if (code === 'EACCES' || code === 'EPERM')
    return new TalosError(
      'forbidden',
      `This user may not speak to the agent at ${where}. Put sudo before it.`,
      {
        cause,
      },
    )
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR')
    return new TalosError('unavailable', `No agent runs at ${where}. Start it: talos agent run`, { cause })
  return new TalosError('unavailable', `The agent at ${where} does not answer: ${reasonOf(cause)}`, { cause })
}

function exchange(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let text = ''
    socket.setEncoding('utf8')
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no answer in ${PATIENCE_MS / SECOND} s`)))
    socket.once('connect', () => socket.end(`${line}\n`))
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.length > MOST_BYTES) socket.destroy(new Error('an answer without an end'))
    })
    socket.once('error', reject)
    socket.once('end', () => resolve(text))
    socket.once('close', () => reject(new Error('it hung up')))
  })
}

/**
 * Asks the running agent of a data directory.
 * @throws TalosError the agent's own refusal; `unavailable` when none runs; `forbidden` for another user
 */
export async function askAgent<T extends z.ZodType>(
  dataDir: string,
  request: LocalRequest,
  result: T,
): Promise<z.infer<T>> {
  let text: string
  try {
    const place = socketPlace(dataDir)
    try {
      text = await exchange(place.path, JSON.stringify(request))
    } finally {
      place.close()
    }
  } catch (cause) {
    throw cause instanceof TalosError ? cause : unreachable(dataDir, cause)
  }
  const answer = answerSchema.parse(JSON.parse(text))
  if (!answer.ok) throw new TalosError(answer.code, answer.detail)
  return result.parse(answer.result)
}
