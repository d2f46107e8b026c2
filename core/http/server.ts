/**
 * The HTTP server: everything that every request passes, in the order in which it passes it.
 * @module
 */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { isIP } from 'node:net'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import { type FastifyPluginAsyncZod, serializerCompiler } from 'fastify-type-provider-zod'
import type { Logger as Pino } from 'pino'
import { tlsOptions } from '../../broker/tls-options.js'
import { TalosError } from '../../shared/errors.js'
import { isLoopback } from '../../shared/loopback.js'
import { SECOND } from '../../shared/time.js'
import type { Certificate } from '../certificate.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import { serveAgent } from './agent-files.js'
import { answerClientError } from './client-errors.js'
import { type ConnectionLimits, limitConnections } from './connection-limit.js'
import { serveDashboard } from './dashboard.js'
import { type Authenticator, guardRoutes } from './guard.js'
import { answerOnce } from './idempotency.js'
import { acceptJsonOnly } from './json-body.js'
import { type StreamHandler, serveMqtt } from './mqtt-socket.js'
import { DOCS_PREFIX, describeApi } from './openapi.js'
import type { AllowedOrigins } from './origin.js'
import { answerErrors, answerUnknown, hungUp, MethodTable, sendProblem, toTalosError } from './problems.js'
import { MemoryRateCounter, storeOf } from './rate-counter.js'
import { RATE_LIMITS } from './rate-limits.js'
import { secureHeaders } from './security-headers.js'
import { validatorCompiler } from './validation.js'

export const API_PREFIX = '/api/v1'
/** A41. A route that must take more, such as the import of elements, says so itself. */
const BODY_BYTES = 64 * 1024
/** For the whole request to come in; for its headers. */
const REQUEST_MS = 30 * SECOND
const HEADERS_MS = 15 * SECOND
/** Without a byte in either direction while a request is under way: who does not read its answer holds it in memory. */
const SILENCE_MS = 60 * SECOND
/** How often Node looks for those that are late; and a missing Host is told by us, as a problem. */
const LISTENER = { connectionsCheckingInterval: 5 * SECOND, requireHostHeader: false } as const
/** Sockets for everything else than MQTT, of one address and of all. */
const BESIDE_MQTT = 1000
/** For a TLS handshake. */
const HANDSHAKE_MS = 10 * SECOND
/** Longer than the idle time of usual proxies, so that it is the proxy which closes. */
const KEEP_ALIVE_MS = 72 * SECOND

export interface ServerParts {
  readonly context: Context
  readonly log: Pino
  readonly authenticator: Authenticator
  readonly broker: StreamHandler
  /** Null: this core ends no TLS. */
  readonly certificate: Certificate | null
  /** Our own origins, known once the listener is up. */
  readonly origins: AllowedOrigins
  /** Each is registered under `/api/v1`. */
  readonly routes: readonly FastifyPluginAsyncZod[]
  readonly dashboardDir: string
  readonly version: string
}

/** Declares everything and listens to nothing yet. */
export async function buildServer(parts: ServerParts): Promise<FastifyInstance> {
  const { context, authenticator, origins, broker } = parts
  const { config } = context
  const ownTls = config.tlsProxy ? null : parts.certificate
  const options: FastifyServerOptions<Server, FastifyBaseLogger> = {
    loggerInstance: parts.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(context.random),
    bodyLimit: BODY_BYTES,
    // Only the proxy that we were told of, one hop; what a client writes in front of it is not believed.
    trustProxy: config.tlsProxy ? (_address, hop) => hop === 0 : false,
    serverFactory: (handler) => {
      const server = createListener(ownTls, handler)
      limitConnections(server, connectionLimits(config))
      return server
    },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      // Past all hooks, and so past the one that ends the socket of an upgrade, which no timer of Node watches.
      if (request.raw.headers.upgrade !== undefined)
        reply.raw.once('finish', () => request.raw.socket.destroySoon())
      reply.header('connection', 'close').header('x-content-type-options', 'nosniff')
      sendProblem(request, reply, toTalosError(error))
    },
  }
  const app = Fastify(options)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  const methods = new MethodTable()
  app.addHook('onRoute', (route) => {
    methods.add(route.url, route.method)
    // Pages of a library, which cannot be marked where they are declared.
    if (route.url.startsWith(DOCS_PREFIX)) route.config = { permission: 'public', ...route.config }
  })
  logRequests(app)
  answerErrors(app)
  acceptJsonOnly(app)
  await secureHeaders(app, config.publicUrl?.startsWith('https:') ?? false)
  await app.register(cookie)
  app.addHook('onRequest', async (request) => {
    // A socket that is gone has no address to count by, and nobody waits for the answer.
    if (request.raw.socket.remoteAddress === undefined) throw hungUp()
    // It is counted by, audited and stored.
    if (config.tlsProxy && isIP(request.ip) === 0)
      throw new TalosError('invalid_request', 'The proxy names no address of the client in X-Forwarded-For.')
    requireOneHost(request.raw)
  })
  await app.register(rateLimit, {
    ...RATE_LIMITS.global,
    store: storeOf(new MemoryRateCounter(context.clock)),
    errorResponseBuilder: (_request, { ttl }) => {
      const retryAfterS = Math.ceil(ttl / SECOND)
      return new TalosError('rate_limited', `Too many requests. Try again in ${retryAfterS} s.`, {
        retryAfterS,
      })
    },
  })
  // After the rate limit, so that its hook comes first: knocking costs no look into the database.
  guardRoutes(app, authenticator, origins, context.clock)
  answerOnce(app, context)
  await describeApi(app, parts.version)
  await serveMqtt(app, broker, authenticator, origins)
  serveAgent(app, context.agentRelease, () => context.addresses.publicUrl)
  const dashboard = await serveDashboard(app, parts.dashboardDir)
  app.setNotFoundHandler(
    { preHandler: app.rateLimit() },
    (request, reply) => dashboard.answer(request, reply) ?? answerUnknown(request, reply, methods),
  )
  for (const routes of parts.routes) await app.register(routes, { prefix: API_PREFIX })
  await app.ready()
  return app
}

/** RFC 9112, 3.2: whoever stands before us might go by the other one. */
function requireOneHost({ httpVersion, rawHeaders }: IncomingMessage): void {
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length
  if (hosts === 1 || (hosts === 0 && httpVersion === '1.0')) return
  throw new TalosError('invalid_request', `The request has ${hosts} Host headers; it needs one.`)
}

/** WebSockets of MQTT come over the same listener, within the limits of the broker; browsers beside them. */
const connectionLimits = ({ brokerLimits, tlsProxy }: Context['config']): ConnectionLimits => ({
  total: brokerLimits.connections + BESIDE_MQTT,
  perAddress: brokerLimits.connectionsPerAddress + BESIDE_MQTT,
  isShared: (address) => tlsProxy || isLoopback(address),
})

function createListener(certificate: Certificate | null, handler: RequestListener): Server {
  const server = certificate === null ? createServer(LISTENER, handler) : tlsServer(certificate, handler)
  server.requestTimeout = REQUEST_MS
  server.headersTimeout = HEADERS_MS
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.timeout = SILENCE_MS
  // Asks for what nobody here has, so the body may come all the same (RFC 9110, 10.1.1).
  server.on('checkExpectation', handler)
  return server
}

function tlsServer(certificate: Certificate, handler: RequestListener): Server {
  try {
    const server = createTlsServer(
      { ...LISTENER, ...tlsOptions(certificate.pair), handshakeTimeout: HANDSHAKE_MS },
      handler,
    )
    certificate.renews(server)
    return server
  } catch (cause) {
    const detail = 'TALOS_TLS_CERT and TALOS_TLS_KEY are not a certificate in PEM and its key.'
    throw new TalosError('config_invalid', detail, { cause })
  }
}

/** One line for each answer, without query and body: neither is for logs. */
function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const facts = {
      method: request.method,
      path: request.url.split('?', 1)[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      actor: request.actor.kind,
    }
    if (reply.statusCode >= 500) request.log.warn(facts, 'answered')
    else request.log.debug(facts, 'answered')
  })
}
