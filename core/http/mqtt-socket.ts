/**
 * `/mqtt`: MQTT over WebSocket (B11). For a browser the cookie opens the socket and the ticket opens MQTT. A machine has
 * neither; its key is in the CONNECT, as on the other listeners.
 * @module
 */
import websocket from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createWebSocketStream } from 'ws'
import type { ConnectionMeta } from '../../broker/contracts.js'
import { TalosError } from '../../shared/errors.js'
import { PACKET_BYTES } from '../../shared/messages.js'
import type { Upgrade } from '../identity/broker-auth.js'
import { type Authenticator, authorize } from './guard.js'
import { type AllowedOrigins, requireOrigin } from './origin.js'

/** As much of the broker as a socket needs. */
export interface StreamHandler {
  handle(stream: ReturnType<typeof createWebSocketStream>, meta: ConnectionMeta): void
}

const PATH = '/mqtt'
const SUBPROTOCOL = 'mqtt'
/** Type and remaining length [MQTT-2.2]: the limits of packets are for what is behind it. */
const FIXED_HEADER_BYTES = 5

/** What the handshake proved: of a browser its session, of a machine nothing. */
type Opened = Pick<ConnectionMeta, 'upgrade' | 'until'>

/**
 * Every browser names an Origin (RFC 6455, 10.2) and sends its cookies by itself. A handshake with neither carries no
 * right of anybody: nothing is there for another site to borrow, and what comes in must bring a key.
 */
const isMachine = ({ headers }: FastifyRequest): boolean =>
  headers.origin === undefined && headers.cookie === undefined && headers.authorization === undefined

export async function serveMqtt(
  app: FastifyInstance,
  broker: StreamHandler,
  authenticator: Pick<Authenticator, 'authenticate'>,
  origins: AllowedOrigins,
): Promise<void> {
  await app.register(websocket, {
    options: {
      // Of one WebSocket message; a packet may span several [MQTT-6.0.0-4].
      maxPayload: PACKET_BYTES + FIXED_HEADER_BYTES,
      // MQTT 3.1.1, 6: the client must offer this one.
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    },
  })
  // Else the library would open a WebSocket on any address that answers a GET, and log its query.
  app.addHook('onRequest', async (request) => {
    if (request.ws && request.routeOptions.url !== PATH)
      throw new TalosError('invalid_request', `Only ${PATH} takes a WebSocket; ask here without Upgrade.`)
  })
  const opened = new WeakMap<FastifyRequest, Opened>()
  app.get(
    PATH,
    {
      websocket: true,
      config: { permission: 'public' },
      preValidation: async (request) => {
        requireSubprotocol(request)
        opened.set(request, isMachine(request) ? {} : await bySession(request, authenticator, origins))
      },
    },
    (socket, request) => {
      const proved = opened.get(request)
      if (proved === undefined) {
        socket.terminate()
        return
      }
      const stream = createWebSocketStream(socket)
      // [MQTT-6.0.0-1]: binary frames only.
      socket.prependListener('message', (_data, isBinary) => {
        if (!isBinary) stream.destroy()
      })
      broker.handle(stream, {
        remoteAddress: request.ip,
        transport: 'websocket',
        wire: request.raw.socket,
        ...proved,
      })
    },
  )
}

/** [MQTT-6.0.0-3] @throws TalosError `invalid_request` */
function requireSubprotocol({ headers, ws }: FastifyRequest): void {
  // Without an upgrade there is nothing here.
  if (!ws) return
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (!offered.includes(SUBPROTOCOL))
    throw new TalosError('invalid_request', `This WebSocket speaks the subprotocol ${SUBPROTOCOL} only.`)
}

/** @throws TalosError `origin_refused`, `not_signed_in` or `forbidden` */
async function bySession(
  request: FastifyRequest,
  authenticator: Pick<Authenticator, 'authenticate'>,
  origins: AllowedOrigins,
): Promise<Opened> {
  requireOrigin(request.headers.origin, origins())
  const actor = await authenticator.authenticate(request)
  authorize({ permission: 'self' }, actor, undefined)
  if (actor.kind !== 'user' || actor.sessionId === null || actor.sessionEndsAt === null)
    throw new TalosError('not_signed_in', 'From a page this socket opens by the session cookie only.')
  const upgrade: Upgrade = { sessionId: actor.sessionId }
  return { upgrade, until: actor.sessionEndsAt }
}
