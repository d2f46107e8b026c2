/**
 * Idempotency-Key on creations (design section 7): a client that lost the answer asks again and gets the same one,
 * and nothing is made twice. Answers are kept for a day.
 * @module
 */
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Prisma } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import { DAY, MINUTE } from '../../shared/time.js'
import type { Context } from '../context.js'
import { isUniqueViolation } from '../db/client.js'
import { actorId } from './actor.js'

export const ANSWER_KEPT_MS = DAY
/** A request that has not answered by then died with its process. */
const ABANDONED_MS = MINUTE
/** Stands for «under way»; no HTTP status. */
const UNDER_WAY = 0
const KEY = /^[\x21-\x7e]{8,128}$/

const sha256 = (parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest()

/** The key is the actor's own, and belongs to one method and address. */
const answerId = (request: FastifyRequest, key: string): string =>
  sha256([request.actor.kind, actorId(request.actor), request.method, request.url, key]).toString('hex')

function headerOf(request: FastifyRequest): string | null {
  const value = request.headers['idempotency-key']
  if (value === undefined) return null
  if (typeof value === 'string' && KEY.test(value)) return value
  const detail = 'must be 8 to 128 visible characters'
  throw new TalosError('invalid_request', `The header Idempotency-Key ${detail}.`, {
    errors: [{ pointer: '/idempotency-key', detail }],
  })
}

/** Takes the key for this request, or returns the answer that it had before. */
async function claim(context: Context, id: string, requestHash: Buffer<ArrayBuffer>) {
  const { prisma, clock } = context
  const createdAt = new Date(clock.now())
  try {
    await prisma.idempotentAnswer.create({
      data: { id, requestHash, status: UNDER_WAY, body: Prisma.JsonNull, createdAt },
    })
    return null
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
  }
  const found = await prisma.idempotentAnswer.findUnique({ where: { id } })
  if (found !== null && !requestHash.equals(found.requestHash))
    throw new TalosError('idempotency_mismatch', 'Use a new Idempotency-Key for another request.')
  if (found !== null && found.status !== UNDER_WAY) return found
  const taken = await prisma.idempotentAnswer.updateMany({
    where: { id, status: UNDER_WAY, createdAt: { lt: new Date(clock.now() - ABANDONED_MS) } },
    data: { createdAt },
  })
  if (taken.count === 1) return null
  throw new TalosError('conflict', 'The first request with this Idempotency-Key is still under way.', {
    retryAfterS: 1,
  })
}

/** Honours the header on routes with `config: { idempotent: true }`. */
export function answerOnce(app: FastifyInstance, context: Context): void {
  const { prisma } = context
  const claimed = new WeakMap<FastifyRequest, string>()
  app.addHook('preHandler', async (request, reply) => {
    if (request.routeOptions.config.idempotent !== true) return
    const key = headerOf(request)
    if (key === null) return
    const id = answerId(request, key)
    const known = await claim(context, id, sha256([JSON.stringify(request.body ?? null)]))
    if (known === null) {
      claimed.set(request, id)
      return
    }
    return reply
      .code(known.status)
      .header('idempotency-replayed', 'true')
      .type('application/json; charset=utf-8')
      .serializer((body: unknown) => JSON.stringify(body))
      .send(known.body)
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const id = claimed.get(request)
    if (id === undefined) return
    claimed.delete(request)
    // A refusal made nothing: the same key may try again.
    if (reply.statusCode >= 300 || typeof payload !== 'string') {
      await prisma.idempotentAnswer.deleteMany({ where: { id, status: UNDER_WAY } })
      return
    }
    const body = JSON.parse(payload) as Prisma.InputJsonValue
    try {
      await prisma.idempotentAnswer.update({ where: { id }, data: { status: reply.statusCode, body } })
    } catch (error) {
      // The thing is made: telling its maker is worth more than failing with the store of answers.
      request.log.error({ err: error }, 'the answer under an Idempotency-Key was not kept')
    }
  })
}
