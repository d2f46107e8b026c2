/**
 * Many at once at one token, over real sockets and through the limits that strangers meet (E1, E7).
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { MOUNT } from '../../core/fleet/world.js'
import { ORG, testCore } from '../../support/core.js'

const AGENTS = 200
/** An agent gives up later than this, and a busy machine hashes 200 secrets sooner. */
const PATIENCE_MS = 240_000

t.setTimeout(300_000)

t.test(
  'E1: of 200 agents that redeem one token at once one joins; all others are told plainly',
  async (t) => {
    const core = await testCore(t, {
      env: { TALOS_TLS_PROXY: '1', TALOS_PUBLIC_URL: 'https://talos.example.org' },
    })
    const made = await core.owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'Svalbard' })
    const token = new URL(made.body.enrollUrl).hash.slice(1)
    const answers = { busy: 0, limited: 0, broken: 0 }
    const deadline = performance.now() + PATIENCE_MS

    /** As an agent does: again after 503 and 429 when it was told to, until it knows. */
    async function agent(at: number): Promise<string> {
      const body = JSON.stringify({
        ...{ token, nonce: randomUUID(), name: `agent-${at}`, mount: MOUNT },
        agent: { version: '0.1.0', hostname: `pi-${at}`, platform: 'linux arm64' },
      })
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': `198.51.100.${at}` }
      while (performance.now() < deadline) {
        const response = await fetch(`${core.localUrl}/api/v1/enroll`, { method: 'POST', headers, body })
        const answer = (await response.json()) as { code?: string; grant?: { stationId: string } }
        if (response.status === 200) return answer.grant?.stationId ?? 'nothing'
        if (response.status !== 503 && response.status !== 429) return answer.code ?? String(response.status)
        answers[response.status === 503 ? 'busy' : 'limited'] += 1
        const after = Number(response.headers.get('retry-after'))
        if (!(after > 0)) answers.broken += 1
        await pause((after > 0 ? after : 1) * 1000)
      }
      return 'gave up'
    }

    const ends = await Promise.all(Array.from({ length: AGENTS }, (_, at) => agent(at)))
    const joined = ends.filter((end) => end !== 'enrollment_token_invalid')
    t.equal(joined.length, 1, 'one has joined, the others know that they have not')
    const stations = await core.prisma.station.findMany()
    t.same(
      stations.map(({ id }) => id),
      joined,
    )
    t.equal(await core.prisma.stationKey.count(), 1)
    t.equal(await core.prisma.enrollment.count(), 1)
    t.ok(answers.busy > 0, 'the surplus was asked to come again')
    t.equal(answers.broken, 0, 'and told when')
    t.comment(answers)
    const row = await core.prisma.enrollmentToken.findFirstOrThrow()
    t.match(row, { uses: 1, maxUses: 1 })
  },
)
