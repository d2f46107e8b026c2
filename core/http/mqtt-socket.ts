/**
 * `/mqtt`: MQTT over WebSocket for the dashboard (B11). The cookie opens the socket, the ticket opens MQTT.
 * @module
 */
import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import { createWebSocketStream } from 'ws'
import type { ConnectionMeta } from '../../broker/contracts.js'
import { TalosError } from '../../shared/errors.js'
import { PACKET_BYTES } from '../../shared/messages.js'
import type { Upgrade } from '../identity/broker-auth.js'
import { type AllowedOrigins, requireOrigin } from './origin.js'

/** As much of the broker as a socket needs. */
export interface StreamHandler {
  handle(stream: ReturnType<typeof createWebSocketStream>, meta: ConnectionMeta): void
}

const SUBPROTOCOL = 'mqtt'

export async function serveMqtt(
  app: FastifyInstance,
  broker: StreamHandler,
  origins: AllowedOrigins,
): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: PACKET_BYTES,
      // MQTT 3.1.1, 6: the client must offer this one.
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    },
  })
  app.get(
    '/mqtt',
    {
      websocket: true,
      config: { permission: 'self' },
      preValidation: async (request) => {
        requireOrigin(request.headers.origin, origins())
        if (request.actor.kind !== 'user' || request.actor.sessionId === null)
          throw new TalosError('not_signed_in', 'This socket opens by the session cookie only.')
      },
    },
    (socket, { actor, ip }) => {
      if (actor.kind !== 'user' || actor.sessionId === null || actor.sessionEndsAt === null) {
        socket.terminate()
        return
      }
      const upgrade: Upgrade = { sessionId: actor.sessionId }
      broker.handle(createWebSocketStream(socket), {
        remoteAddress: ip,
        transport: 'websocket',
        upgrade,
        until: actor.sessionEndsAt,
      })
    },
  )
}
