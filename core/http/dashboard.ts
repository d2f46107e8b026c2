/**
 * Serves the dashboard: files with a hash in their name, and one page for every address of its own.
 * @module
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { TalosError } from '../../shared/errors.js'
import { DAY } from '../../shared/time.js'

const PAGE = 'index.html'
/** The bundler names these by their content. */
const HASHED = /^assets\//

/**
 * Never pages. Health is asked under `/api/v1`; a monitor that leaves that out must hear 404, not a page that is there
 * in whatever state core is.
 */
const NO_PAGE = /^\/(api|agent|mqtt|assets|healthz|readyz|metrics)([/?]|$)/

/** Whether an address is one of the dashboard's, which the browser program reads itself. */
export const isPageAddress = (method: string, url: string): boolean =>
  (method === 'GET' || method === 'HEAD') && !NO_PAGE.test(url)

export interface Dashboard {
  /** Answers an address that no route has; false when it is none of the dashboard's. */
  answer(request: FastifyRequest, reply: FastifyReply): FastifyReply | null
}

/** `directory`: what the bundler made. Without it the API works all the same and pages are 404. */
export async function serveDashboard(app: FastifyInstance, directory: string): Promise<Dashboard> {
  if (!existsSync(path.join(directory, PAGE))) {
    app.log.warn({ directory }, 'the dashboard has not been built; there are no pages')
    return { answer: () => null }
  }
  await app.register(fastifyStatic, { root: directory, serve: false, cacheControl: false })
  app.get<{ Params: { '*': string } }>(
    '/assets/*',
    { config: { permission: 'public' }, schema: { hide: true } },
    (request, reply) => sendFile(reply, `assets/${request.params['*']}`),
  )
  return {
    answer: (request, reply) => {
      if (!isPageAddress(request.method, request.url)) return null
      const file = decodeURI(request.url.split('?', 1)[0] ?? '/').slice(1)
      const isFile = /^[A-Za-z0-9_-]+\.[a-z0-9]+$/.test(file) && existsSync(path.join(directory, file))
      return sendFile(reply, isFile ? file : PAGE)
    },
  }
}

function sendFile(reply: FastifyReply, file: string): FastifyReply {
  if (file.includes('\0')) throw new TalosError('not_found', 'There is nothing at this address.')
  if (HASHED.test(file))
    reply.header('cache-control', `public, max-age=${DAY / 1000}, immutable`).removeHeader('pragma')
  return reply.sendFile(file)
}
