/**
 * Knocks at a listener of the broker as a client would: connects, shakes hands, and asks for nothing.
 * @module
 */
import { connect as connectTcp, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls'
import { createWebSocketStream, WebSocket } from 'ws'
import type { ListenerInfo } from '../../shared/api/health.js'
import { SECOND } from '../../shared/time.js'

/** What the server showed in its TLS handshake. */
export interface ShownCertificate {
  /** Epoch ms. */
  readonly expiresAt: number
  /** Why this machine does not trust it, or null. */
  readonly distrust: string | null
  /** The names in it, when the one that was asked for is not among them; else null. */
  readonly otherNames: string | null
  /** `TLSv1.3` */
  readonly protocol: string
}

export interface Probed {
  /** Null when no MQTT broker answered; then `why` says what happened instead. */
  readonly answeredMs: number | null
  readonly why: string
  readonly certificate: ShownCertificate | null
}

/** For each step: connecting, and the answer. */
const PATIENCE_MS = 5 * SECOND
/** A CONNECT of MQTT 3.1.1 without credentials, keepalive 30 s. Every Talos refuses it with CONNACK 4. */
const CONNECT = Buffer.concat([
  Buffer.from([0x10, 24, 0, 4]),
  Buffer.from('MQTT'),
  Buffer.from([4, 2, 0, 30, 0, 12]),
  Buffer.from('talos-doctor'),
])
const CONNACK = 0x20

const portOf = ({ port, protocol }: URL): number =>
  port !== '' ? Number(port) : ({ 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 }[protocol] ?? 0)
/** Without the brackets of IPv6. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

/** Connects, sends a CONNECT without credentials and waits for its refusal. Never rejects. */
export async function probeListener({ transport, url }: ListenerInfo): Promise<Probed> {
  const began = performance.now()
  const at = new URL(url)
  let certificate: ShownCertificate | null = null
  let stream: Duplex | null = null
  try {
    // A WebSocket hides its TLS, so the certificate is looked at on a connection of its own.
    if (transport === 'tls' || at.protocol === 'wss:') {
      const socket = await openTls(at)
      certificate = shownBy(socket, hostOf(at))
      if (transport === 'tls') stream = socket
      else socket.destroy()
    }
    stream ??= transport === 'websocket' ? await openWebSocket(url) : await openTcp(at)
    const why = await answerOf(stream)
    return { answeredMs: why === '' ? performance.now() - began : null, why, certificate }
  } catch (error) {
    return { answeredMs: null, why: reasonOf(error), certificate }
  } finally {
    stream?.destroy()
  }
}

/** Waits for an event of an emitter that may fail instead. */
function opened<T extends NodeJS.EventEmitter>(emitter: T, event: string, giveUp: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${PATIENCE_MS / SECOND} s`))
      giveUp()
    }, PATIENCE_MS)
    emitter.once(event, () => {
      clearTimeout(timer)
      resolve(emitter)
    })
    // It stays: an error that comes late is of no interest, and must not end the process.
    emitter.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
  })
}

function openTcp(at: URL): Promise<Duplex> {
  const socket = connectTcp({ host: hostOf(at), port: portOf(at) })
  return opened(socket, 'connect', () => socket.destroy())
}

/** Any certificate will do here: what is wrong with it is what we want to know. */
function openTls(at: URL): Promise<TLSSocket> {
  const host = hostOf(at)
  const socket = connectTls({
    ...{ host, port: portOf(at), rejectUnauthorized: false },
    ...(isIP(host) === 0 ? { servername: host } : {}),
  })
  return opened(socket, 'secureConnect', () => socket.destroy())
}

async function openWebSocket(url: string): Promise<Duplex> {
  const socket = new WebSocket(url, ['mqtt'], { rejectUnauthorized: false })
  socket.on('unexpected-response', (_request, response) => {
    socket.emit('error', new Error(`the WebSocket handshake was answered ${response.statusCode}`))
    response.destroy()
  })
  await opened(socket, 'open', () => socket.terminate())
  const stream = createWebSocketStream(socket)
  stream.on('error', () => {})
  return stream
}

function shownBy(socket: TLSSocket, host: string): ShownCertificate {
  const shown = socket.getPeerCertificate()
  const isName = checkServerIdentity(host, shown) === undefined
  const distrust = socket.authorizationError as unknown as string | { code?: string } | null | undefined
  const code = typeof distrust === 'string' ? distrust : (distrust?.code ?? null)
  return {
    expiresAt: Date.parse(shown.valid_to),
    // The name and the date are told apart from it.
    distrust: code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'CERT_HAS_EXPIRED' ? null : code,
    otherNames: isName ? null : (shown.subjectaltname ?? `CN:${shown.subject.CN}`),
    protocol: socket.getProtocol() ?? 'unknown',
  }
}

/** Empty when a broker refused the CONNECT; else what happened. */
async function answerOf(stream: Duplex): Promise<string> {
  const bytes = await new Promise<Buffer>((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS, Buffer.alloc(0))
    const end = (chunk?: Buffer) => {
      clearTimeout(timer)
      resolve(chunk ?? Buffer.alloc(0))
    }
    stream.once('data', end)
    stream.once('close', () => end())
    stream.write(CONNECT)
  })
  if (bytes[0] === CONNACK && bytes[1] === 2) return ''
  return bytes.length === 0
    ? 'something listens there, but answers no MQTT'
    : 'what answers there is no MQTT broker'
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was closed at once',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name cannot be looked up just now',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ETIMEDOUT: 'no answer: a firewall?',
  EPROTO: 'what answers there speaks no TLS',
}

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return REASONS[code] ?? (code.startsWith('ERR_SSL') ? 'what answers there speaks no TLS' : message)
}
