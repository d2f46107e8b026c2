/**
 * Every error leaves as RFC 9457 problem+json with a code of ours, and nothing of the inside of an unexpected one.
 * @module
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, TalosError, toProblem } from '../../shared/errors.js'

/** Errors of Fastify itself, by its codes. */
const OF_FASTIFY: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body is larger than this address takes.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send the body as application/json.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_request', 'The body is not JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_request', 'Content-Length does not agree with the body.'],
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: ['unsupported_media_type', 'Send the body as application/json.'],
  FST_STATIC_FORBIDDEN_PATH: ['not_found', 'There is nothing at this address.'],
  FST_ERR_BAD_URL: ['not_found', 'The address is not well-formed.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'The address is too long.'],
}

/** The client went away in the middle: its own doing, and nothing for our log of errors. */
export const hungUp = (cause?: unknown): TalosError =>
  new TalosError('invalid_request', 'The connection ended before the request did.', { cause })

/** What an error means to the caller. Whatever we did not foresee is `internal`. */
export function toTalosError(error: unknown): TalosError {
  if (error instanceof TalosError) return error
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown }
  const known = typeof code === 'string' ? OF_FASTIFY[code] : undefined
  if (known !== undefined) return new TalosError(known[0], known[1], { cause: error })
  if (error instanceof SyntaxError && statusCode === 400)
    return new TalosError('invalid_request', 'The body is not JSON.', { cause: error })
  // Of the request, by Fastify's 400; of the database it is a failure of ours.
  if (code === 'ECONNRESET' && statusCode === 400) return hungUp(error)
  return new TalosError(
    'internal',
    'An unexpected error; the log of the server has it under the request id.',
    {
      cause: error,
    },
  )
}

/**
 * A browser that is asked for a password would send it from then on in place of its cookie; so only programs are.
 * Browsers say `Sec-Fetch-Mode`, calendars do not.
 */
const challenge = ({ routeOptions, headers }: FastifyRequest): string =>
  routeOptions?.config?.basicAuth === true && headers['sec-fetch-mode'] === undefined
    ? 'Basic realm="talos", charset="UTF-8"'
    : 'Bearer realm="talos"'

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: TalosError): FastifyReply {
  if (error.options.retryAfterS !== undefined) reply.header('retry-after', error.options.retryAfterS)
  if (error.status === 401) reply.header('www-authenticate', challenge(request))
  return (
    reply
      .code(error.status)
      .header('cache-control', 'no-store')
      // An address that cannot be read comes here past all hooks.
      .header('x-request-id', request.id)
      .type('application/problem+json; charset=utf-8')
      .serializer((problem: unknown) => JSON.stringify(problem))
      .send(toProblem(error, request.id))
  )
}

/** Which methods an address takes, from the routes as they were declared. For telling 405 from 404. */
export class MethodTable {
  readonly #routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = []

  add(url: string, method: string | readonly string[]): void {
    if (url.includes('*')) return
    const source = url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.\\^$|?+()[\]{}]/g, '\\$&')))
      .join('/')
    this.#routes.push({ pattern: new RegExp(`^${source}$`), methods: [method].flat() })
  }

  methodsOf(path: string): string[] {
    const matching = this.#routes.filter((route) => route.pattern.test(path))
    return [...new Set(matching.flatMap((route) => route.methods))].sort()
  }
}

/** Answers everything that goes wrong. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const known = toTalosError(error)
    if (known.status >= 500) request.log.error({ err: known.options.cause ?? known }, known.message)
    return sendProblem(request, reply, known)
  })
}

/** The answer where no route is: 405 with Allow when the address takes other methods. */
export function answerUnknown(
  request: FastifyRequest,
  reply: FastifyReply,
  methods: MethodTable,
): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? ''
  const allowed = methods.methodsOf(path)
  if (allowed.length === 0)
    return sendProblem(request, reply, new TalosError('not_found', 'There is nothing at this address.'))
  reply.header('allow', allowed.join(', '))
  const detail = `This address takes ${allowed.join(', ')}.`
  return sendProblem(request, reply, new TalosError('method_not_allowed', detail))
}
