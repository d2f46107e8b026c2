/**
 * HTTP by hand, over a true socket: requests that no client library would send.
 * @module
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** The answers in what came over a socket, in their order; each must say its length or end with the connection. */
export function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = []
  for (let rest = text; rest !== ''; ) {
    const split = rest.indexOf('\r\n\r\n')
    if (split < 0) throw new Error(`half an answer: ${JSON.stringify(rest.slice(0, 200))}`)
    const [first = '', ...lines] = rest.slice(0, split).split('\r\n')
    const headers = new Map(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
    )
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1])
    const length = Number(headers.get('content-length') ?? rest.length)
    const begin = split + 4
    answers.push({ status, headers, body: rest.slice(begin, begin + length) })
    rest = rest.slice(begin + length)
  }
  return answers
}

export class RawHttp {
  #received = ''

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (part: string) => {
      this.#received += part
    })
    socket.on('error', () => undefined)
  }

  /** `from`: one of the addresses of loopback, for a client of its own. */
  static async open(url: string, from = '127.0.0.1'): Promise<RawHttp> {
    const { hostname, port } = new URL(url)
    const socket = connect({ port: Number(port), host: hostname, localAddress: from })
    await once(socket, 'connect')
    return new RawHttp(socket)
  }

  get received(): string {
    return this.#received
  }

  write(text: string): void {
    this.socket.write(text, 'latin1')
  }

  /** All answers, once the other end has closed. */
  async ended(): Promise<RawAnswer[]> {
    if (!this.socket.closed) await once(this.socket, 'close')
    return answersIn(this.#received)
  }
}

/** Says it and waits for the other end to close; so the last request must ask for that, or be refused. */
export async function say(url: string, text: string, from?: string): Promise<RawAnswer[]> {
  const wire = await RawHttp.open(url, from)
  wire.write(text)
  return await wire.ended()
}

/** A request with a JSON body, or without one. */
export function request(
  line: string,
  { headers = [], body = '' }: { readonly headers?: readonly string[]; readonly body?: string } = {},
): string {
  const more = body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`]
  return [`${line} HTTP/1.1`, 'Host: talos.test', ...more, ...headers, '', body].join('\r\n')
}
