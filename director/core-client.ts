/**
 * The director's side of core's HTTP API. Answers are parsed by the schemas that core writes them with.
 * @module
 */
import type { z } from 'zod'
import { orgsResponse } from '../shared/api/audit.js'
import { type Campaign, campaignsResponse } from '../shared/api/campaigns.js'
import { okSchema, problemSchema } from '../shared/api/common.js'
import { type Contact, contactDetailSchema, contactsResponse, type DryRun } from '../shared/api/contacts.js'
import { elementsImportResponse, type SatelliteRecord, satelliteSchema } from '../shared/api/elements.js'
import { type Station, stationsResponse } from '../shared/api/fleet.js'
import { everyItem, type Page } from '../shared/api/pages.js'
import {
  type Forbidden,
  forbiddenResponse,
  planResponse,
  scheduleRequest,
  scheduleResult,
  withdrawalResponse,
} from '../shared/api/schedule.js'
import { elementSourcesResponse, type SourceLooked, sourceClaimResponse } from '../shared/api/sources.js'
import {
  type CatalogueFacts,
  replacedResponse,
  type TransmitterFacts,
  transmittersResponse,
} from '../shared/api/transmitters.js'
import { isErrorCode, TalosError } from '../shared/errors.js'
import type { Plan } from '../shared/messages.js'

/** Longer than any answer of core but a large import. */
const TIMEOUT_MS = 60_000

export type ScheduleWish = z.infer<typeof scheduleRequest>

export class CoreClient {
  constructor(
    private readonly coreUrl: string,
    /** Gives the service key; asked for at each request, since core may issue a new one. */
    private readonly key: () => string,
  ) {}

  orgs = async () => (await this.request('GET', '/orgs', orgsResponse)).items

  stations = (org: string): Promise<Station[]> =>
    this.all(`/orgs/${org}/stations?status=approved&limit=200`, stationsResponse)

  campaigns = (org: string): Promise<Campaign[]> =>
    this.all(`/orgs/${org}/campaigns?limit=200`, campaignsResponse)

  /** Contacts that end after `fromIso`, whatever their state. */
  contactsFrom = (org: string, fromIso: string): Promise<Contact[]> =>
    this.all(`/orgs/${org}/contacts?from=${encodeURIComponent(fromIso)}&limit=1000`, contactsResponse)

  contact = (org: string, id: string) =>
    this.request('GET', `/orgs/${org}/contacts/${id}`, contactDetailSchema)

  satellite = (id: string): Promise<SatelliteRecord> =>
    this.request('GET', `/satellites/${id}`, satelliteSchema)

  transmitters = async (id: string) =>
    (await this.request('GET', `/satellites/${id}/transmitters`, transmittersResponse)).items

  /** Those whose time is not over. */
  forbidden = (org: string): Promise<Forbidden[]> =>
    this.all(`/orgs/${org}/schedule/forbidden?limit=200`, forbiddenResponse)

  putSchedule = (org: string, wish: ScheduleWish) =>
    this.request('PUT', `/orgs/${org}/schedule`, scheduleResult, scheduleRequest.parse(wish))

  signPlan = (org: string, contactId: string, plan: Plan, dryRun: DryRun) =>
    this.request('POST', `/orgs/${org}/contacts/${contactId}/plan`, planResponse, { plan, dryRun })

  signedPlan = (org: string, contactId: string) =>
    this.request('GET', `/orgs/${org}/contacts/${contactId}/plan`, planResponse)

  withdrawal = (org: string, contactId: string) =>
    this.request('POST', `/orgs/${org}/contacts/${contactId}/withdrawal`, withdrawalResponse, {})

  importElements = (source: string, text: string) =>
    this.request('POST', '/elements/import', elementsImportResponse, { source, text })

  replaceTransmitters = (source: string, items: readonly TransmitterFacts[]) =>
    this.request('PUT', '/transmitters', replacedResponse, { source, items })

  replaceCatalogue = (source: string, items: readonly CatalogueFacts[]) =>
    this.request('PUT', '/catalogue', replacedResponse, { source, items })

  sources = async () => (await this.request('GET', '/elements/sources', elementSourcesResponse)).items

  claimSource = (id: string, url: string) =>
    this.request('POST', `/elements/sources/${id}/claim`, sourceClaimResponse, { url })

  sourceLooked = (id: string, looked: SourceLooked) =>
    this.request('POST', `/elements/sources/${id}/looked`, okSchema, looked)

  private all<T>(path: string, schema: z.ZodType<Page<T>>): Promise<T[]> {
    return everyItem((cursor) => {
      const more = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      return this.request('GET', `${path}${more}`, schema)
    })
  }

  /** @throws TalosError with core's code, or `unavailable` when core does not answer. */
  private async request<T>(method: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> {
    let response: Response
    try {
      response = await fetch(`${this.coreUrl}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.key()}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
    } catch (cause) {
      if (cause instanceof TalosError) throw cause
      throw new TalosError('unavailable', `Core at ${this.coreUrl} does not answer.`, { cause })
    }
    const answer: unknown = await response.json().catch(() => null)
    if (response.ok) {
      const parsed = schema.safeParse(answer)
      if (parsed.success) return parsed.data
      const at = parsed.error.issues[0]?.path.join('/') ?? ''
      throw new TalosError('unavailable', `${method} ${path}: the answer does not fit at /${at}.`)
    }
    const problem = problemSchema.safeParse(answer)
    if (problem.success && isErrorCode(problem.data.code))
      throw new TalosError(problem.data.code, `${method} ${path}: ${problem.data.detail}`)
    throw new TalosError('unavailable', `${method} ${path}: core answered ${response.status}.`)
  }
}
