/**
 * How the agent does, for the person beside the antenna: a small file that the running agent writes and `talos agent
 * status` reads. It holds no secret.
 * @module
 */
import { join } from 'node:path'
import { z } from 'zod'
import { idSchema, isoTime } from '../shared/messages.js'
import { type Clock, iso } from '../shared/time.js'
import { JsonFile } from './files.js'
import { type Log, reasonOf } from './log.js'

const statusSchema = z.strictObject({
  /** Since when it is so. */
  since: isoTime,
  pid: z.int(),
  /** `pending`: a person has to approve this station. */
  state: z.enum(['pending', 'connecting', 'online', 'offline', 'stopped']),
  /** Why it is not online. */
  reason: z.string().nullable(),
  url: z.string(),
  stationId: idSchema,
})
export type AgentStatus = Readonly<z.infer<typeof statusSchema>>

const fileIn = (dataDir: string): JsonFile<AgentStatus> =>
  new JsonFile(join(dataDir, 'status.json'), statusSchema)

/** Keeps the file true; a disk that does not take it is no reason to leave an antenna alone. */
export class StatusFile {
  readonly #file: JsonFile<AgentStatus>
  #last = ''

  constructor(
    dataDir: string,
    private readonly of: Pick<AgentStatus, 'url' | 'stationId' | 'pid'>,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.#file = fileIn(dataDir)
  }

  /** Resolves when it is written; the same again is not. */
  async tell(state: AgentStatus['state'], reason: string | null = null): Promise<void> {
    const said = `${state} ${reason}`
    if (said === this.#last) return
    this.#last = said
    try {
      await this.#file.write({ ...this.of, since: iso(this.clock.now()), state, reason })
    } catch (cause) {
      this.log.warn('the status could not be written', { reason: reasonOf(cause) })
    }
  }
}

/** What the agent of this data directory last said, or null when none has run. */
export async function readStatus(
  dataDir: string,
  isAlive: (pid: number) => boolean,
): Promise<AgentStatus | null> {
  const stored = await fileIn(dataDir).read()
  if (stored.kind !== 'ok') return null
  const { value } = stored
  // A kill leaves the file as it was.
  return value.state === 'stopped' || isAlive(value.pid)
    ? value
    : { ...value, state: 'stopped', reason: 'it ended without saying so' }
}
