/**
 * What comes in and is no request: Fastify never sees it, and still the answer is a problem (RFC 9457).
 * @module
 */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { TalosError, toProblem } from '../../shared/errors.js'

/** Errors of Node's parser and of its timers, by their codes. */
function meaningOf(code: string | undefined): TalosError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new TalosError('headers_too_large', 'The address and the headers are more than 16 KiB.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new TalosError('request_timeout', 'The request did not come in within its time.')
    default:
      return new TalosError('invalid_request', 'This is not a request of HTTP/1.1.')
  }
}

/** For Fastify's `clientErrorHandler`: tells what is wrong, if anybody still listens, and closes. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const problem = toProblem(meaningOf(error.code))
  const body = JSON.stringify(problem)
  if (socket.writable)
    socket.write(
      [
        `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
        'content-type: application/problem+json; charset=utf-8',
        `content-length: ${Buffer.byteLength(body)}`,
        ...['x-content-type-options: nosniff', 'cache-control: no-store', 'connection: close'],
        ...['', body],
      ].join('\r\n'),
    )
  socket.destroy(error)
}
