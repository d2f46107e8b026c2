/**
 * Serves the agent to machines that shall become stations: installer, tarball, checksum. Nothing in them is secret, and
 * whoever fetches them has no credential yet.
 * @module
 */
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { TalosError } from '../../shared/errors.js'
import { type AgentRelease, installerFor, type Release } from '../agent-release.js'

interface File {
  readonly type: string
  readonly body: string | Buffer
}

const PLAIN = 'text/plain; charset=utf-8'

/** Each answers GET and HEAD, with an ETag. */
const FILES: Readonly<Record<string, (release: Release, publicUrl: string) => File>> = {
  'install.sh': (release, publicUrl) => ({ type: PLAIN, body: installerFor(release, publicUrl) }),
  'talos-agent.tgz': ({ tarball }) => ({ type: 'application/gzip', body: tarball }),
  'talos-agent.tgz.sha256': ({ sha256 }) => ({ type: PLAIN, body: `${sha256}  talos-agent.tgz\n` }),
}

/** `publicUrl`: known once the listeners are up. */
export function serveAgent(app: FastifyInstance, release: AgentRelease, publicUrl: () => string): void {
  for (const [name, make] of Object.entries(FILES))
    app.get(
      `/agent/${name}`,
      { config: { permission: 'public' }, schema: { hide: true } },
      async (request, reply) => {
        const found = await release.load()
        if (found === null)
          throw new TalosError(
            'not_found',
            'No agent has been packed on this core. Run `npm run build:agent` there.',
          )
        // A45: the address is ours by configuration, whatever Host was asked for.
        return send(request, reply, make(found, publicUrl()), found)
      },
    )
}

function send(request: FastifyRequest, reply: FastifyReply, { type, body }: File, release: Release) {
  const tag = body === release.tarball ? release.sha256 : createHash('sha256').update(body).digest('hex')
  const etag = `"${tag}"`
  // Kept by caches, and asked about each time: after an upgrade of core nobody gets the former agent.
  reply.header('etag', etag).header('cache-control', 'public, no-cache').removeHeader('pragma')
  const known = request.headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''))
  if (known?.some((one) => one === etag || one === '*')) return reply.code(304).send()
  return reply.type(type).send(body)
}
