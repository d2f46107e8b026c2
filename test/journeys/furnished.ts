/**
 * A core that has something on every page: stations in several states, a campaign, a booked contact, people, tokens.
 * @module
 */
import type { Test } from 'tap'
import { HOUR, iso, MINUTE } from '../../shared/time.js'
import { ORG, type TestCore } from '../support/core.js'
import { ISS } from '../support/iss.js'
import type { Browser } from './browser.js'
import { issueToken, join, redeem } from './joined.js'
import { startAgent } from './small-agent.js'

/** A browser at such a core. */
export interface Seat extends Browser, Furnished {
  readonly core: TestCore
}

/** Resolves when the page has all that it shows. */
export async function opened({ page, core }: Seat, address: string): Promise<void> {
  await page.goto(`${core.url}${address}`)
  await page.locator('h1, h2').first().waitFor()
  const loading = page.locator('.loading')
  while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' })
}

const CAMPAIGN = {
  ...{ name: 'Weather', priority: 5, stations: [], minDurationS: 60, minMaxElevation: 0, allowStale: false },
  ...{ enabled: true, downlinkHz: null, uplinkHz: null, polarisation: null, prepassS: 0, postpassS: 0 },
  ...{ minPerDay: 0, maxPerDay: null, quotaPer: 'campaign', minGapS: 0, simultaneous: null, partial: false },
}

export interface Furnished {
  /** One whose agent runs. */
  readonly stationId: string
  readonly contactId: string
}

/** Fills the core that has just been made. */
export async function furnish(t: Test, core: TestCore): Promise<Furnished> {
  const { owner } = core
  const at = (path: string) => `/orgs/${ORG}${path}`
  const must = async (method: 'POST' | 'PUT', path: string, body: object, as = owner) => {
    const answer = await as.api(method, path, body)
    if (answer.status >= 300)
      throw new Error(`${path} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const now = Date.now()
  const omm = { ...ISS, EPOCH: iso(now - HOUR).replace('Z', '000') }
  await must('POST', '/elements/import', { source: 'test', text: JSON.stringify([omm]) })
  const [{ id: satelliteId, elementsHash }] = (await owner.api('GET', '/satellites')).body.items
  const { enrollUrl } = await must('POST', at('/enrollment-tokens'), { name: 'Roof' })
  await startAgent(t, enrollUrl)
  await join(core, owner, 'Harbour', ORG)
  await redeem(core, await issueToken(owner, ORG, { name: 'Hill', preApproved: false }), 'Hill')
  await must('POST', at('/enrollment-tokens'), { name: 'Meadow' })
  await must('POST', at('/invites'), { email: 'new@example.org', role: 'viewer' })
  await must('POST', '/auth/api-tokens', { name: 'Weekly report', permissions: ['view_stations'] })
  const campaign = await must('POST', at('/campaigns'), { ...CAMPAIGN, satellites: [satelliteId] })
  const stations = (await owner.api('GET', at('/stations'))).body.items
  const roof = stations.find((s: { name: string }) => s.name === 'Roof')
  const aos = now + 30 * MINUTE
  const put = await must(
    'PUT',
    at('/schedule'),
    {
      ...{ from: iso(now), to: iso(now + 24 * HOUR), value: 1, refused: [] },
      contacts: [
        {
          ...{ stationId: roof.id, satelliteId, campaignId: campaign.id, priority: 5 },
          ...{ aos: iso(aos), tca: iso(aos + 5 * MINUTE), los: iso(aos + 10 * MINUTE) },
          ...{ aosAz: 0, losAz: 180, maxEl: 45, elementsHash, elementsEpoch: iso(now - HOUR) },
        },
      ],
    },
    core.director(),
  )
  return { stationId: roof.id, contactId: put.contacts[0].id }
}
