/**
 * The answering end of the local face: a socket in the data directory that the agent's user alone may open (0600).
 * @module
 */
import { chmod, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { TalosError } from '../../shared/errors.js'
import { SECOND } from '../../shared/time.js'
import { type Log, reasonOf } from '../log.js'
import { type SocketPlace, socketFile, socketPlace } from './socket-place.js'
import { type LocalAnswer, type LocalRequest, requestSchema } from './words.js'

const LINE_BYTES = 4096
const MOST_VISITORS = 16
const IDLE_MS = 15 * SECOND
const PRIVATE = 0o600

export class LocalSocket {
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  #place: SocketPlace | null = null

  constructor(
    private readonly dataDir: string,
    private readonly handle: (request: LocalRequest) => Promise<unknown>,
    private readonly log: Log,
  ) {}

  /** Resolves when it listens, or when it is said that it cannot: an antenna is not left alone for that. */
  async start(): Promise<void> {
    try {
      this.#place = socketPlace(this.dataDir)
      await this.#listen(this.#place)
    } catch (cause) {
      this.#place?.close()
      this.log.error('`talos agent stop` and its like cannot be heard', { reason: reasonOf(cause) })
    }
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server === null) return
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
    this.#place?.close()
  }

  async #listen({ path }: SocketPlace): Promise<void> {
    // What a kill has left. No other agent has this folder (sole.ts).
    await rm(socketFile(this.dataDir), { force: true })
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#receive(socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
    server.on('error', (cause) => this.log.warn('the local socket failed', { reason: reasonOf(cause) }))
    this.#server = server
    // The folder is closed to others before this, and stays so.
    await chmod(socketFile(this.dataDir), PRIVATE)
  }

  #receive(socket: Socket): void {
    if (this.#sockets.size >= MOST_VISITORS) {
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    let text = ''
    let isAsked = false
    socket.setEncoding('utf8')
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    // A person who has gone is no fault of ours.
    socket.on('error', () => undefined)
    socket.once('close', () => this.#sockets.delete(socket))
    const ask = (line: string) => {
      if (isAsked) return
      isAsked = true
      void this.#answer(line).then((answer) => socket.end(`${JSON.stringify(answer)}\n`))
    }
    socket.on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end >= 0 && end <= LINE_BYTES) ask(text.slice(0, end))
      else if (text.length > LINE_BYTES) socket.destroy()
    })
    socket.once('end', () => {
      if (!isAsked) socket.destroy()
    })
  }

  async #answer(line: string): Promise<LocalAnswer> {
    try {
      const request = requestSchema.safeParse(JSON.parse(line))
      if (!request.success)
        return {
          ok: false,
          code: 'invalid_request',
          detail: 'The running agent does not know that. Is it of another version than this command?',
        }
      return { ok: true, result: await this.handle(request.data) }
    } catch (cause) {
      if (cause instanceof TalosError) return { ok: false, code: cause.code, detail: cause.detail }
      if (cause instanceof SyntaxError)
        return { ok: false, code: 'invalid_request', detail: 'A question is one line of JSON.' }
      this.log.error('a question at the local socket failed', { reason: reasonOf(cause) })
      return { ok: false, code: 'internal', detail: reasonOf(cause) }
    }
  }
}
