/**
 * `healthz` and `readyz`: for load balancers.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { readinessSchema } from '../../shared/api/audit.js'
import { okSchema } from '../../shared/api/common.js'
import { SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'

const tags = ['system']
/** A balancer should not wait longer for a database that hangs. */
const DATABASE_MS = 2 * SECOND

export interface Readiness {
  /** Whether the broker takes connections. */
  broker(): boolean
}

export function systemRoutes(
  { prisma, log }: Pick<Context, 'prisma' | 'log'>,
  readiness: Readiness,
): FastifyPluginAsyncZod {
  async function databaseAnswers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), DATABASE_MS)
    })
    const answer = prisma.$queryRaw`SELECT 1`.then(
      () => true,
      (error: unknown) => {
        log.error({ err: error }, 'the database does not answer')
        return false
      },
    )
    const result = await Promise.race([answer, late])
    clearTimeout(timer)
    return result
  }

  return async (app) => {
    app.get(
      '/healthz',
      {
        config: { permission: 'public' },
        schema: { summary: 'The process answers', tags, response: { 200: okSchema } },
      },
      async () => ({ ok: true as const }),
    )

    app.get(
      '/readyz',
      {
        config: { permission: 'public' },
        schema: {
          summary: 'Whether database and broker answer; 503 while one does not',
          tags,
          response: { 200: readinessSchema, 503: readinessSchema },
        },
      },
      async (_request, reply) => {
        const [database, broker] = [await databaseAnswers(), readiness.broker()]
        const ready = database && broker
        return reply.code(ready ? 200 : 503).send({ ready, database, broker })
      },
    )
  }
}
