/**
 * What core has acknowledged with a 2xx, to be held against what it says later; and what was under way when it died.
 * @module
 */
import type { z } from 'zod'
import { auditResponse } from '../../shared/api/audit.js'
import { campaignsResponse } from '../../shared/api/campaigns.js'
import { commandsResponse, enrollmentTokensResponse, stationsResponse } from '../../shared/api/fleet.js'
import type { Bearer } from './bearer.js'
import { ORG } from './person.js'

type Page<T> = z.ZodType<{ items: T[]; nextCursor: string | null }>

async function everything<T>(program: Bearer, path: string, page: Page<T>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const more: string = cursor === null ? '' : `&cursor=${cursor}`
    const { status, body } = await program.ask('GET', `/orgs/${ORG}/${path}?limit=200${more}`)
    if (status !== 200) throw new Error(`${path} was answered ${status} ${JSON.stringify(body)}`)
    const { items: found, nextCursor } = page.parse(body)
    items.push(...found)
    cursor = nextCursor
  } while (cursor !== null)
  return items
}

export class Ledger {
  /** By id, the status that was acknowledged last; null: any. */
  readonly stations = new Map<string, string | null>()
  /** By id, whether it is used up. */
  readonly tokens = new Map<string, boolean>()
  /** By id, whether it is there; a deletion is an act like another. */
  readonly campaigns = new Map<string, boolean>()
  readonly commands = new Set<string>()
  /** `action target`. */
  readonly acts = new Set<string>()

  act(action: string, target: string): void {
    this.acts.add(`${action} ${target}`)
  }

  get size(): number {
    return this.acts.size
  }

  /** What is not as it was acknowledged, and what is there twice. */
  async faults(program: Bearer): Promise<string[]> {
    return [
      ...(await this.#stationFaults(program)),
      ...(await this.#tokenFaults(program)),
      ...(await this.#campaignFaults(program)),
      ...(await this.#commandFaults(program)),
      ...(await this.#auditFaults(program)),
    ]
  }

  async #stationFaults(program: Bearer): Promise<string[]> {
    const found = await everything(program, 'stations', stationsResponse)
    const statuses = new Map(found.map(({ id, status }) => [id, status]))
    // An ended station leaves its name to others.
    const living = found.filter(({ status }) => status === 'pending' || status === 'approved')
    const names = living.map(({ name }) => name)
    return [
      ...[...this.stations]
        .filter(([id, status]) => !statuses.has(id) || (status !== null && statuses.get(id) !== status))
        .map(([id, status]) => `station ${id} is ${statuses.get(id) ?? 'not there'}, not ${status}`),
      ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `two stations ${name}`),
    ]
  }

  async #tokenFaults(program: Bearer): Promise<string[]> {
    const found = await everything(program, 'enrollment-tokens', enrollmentTokensResponse)
    const states = new Map(found.map(({ id, state }) => [id, state]))
    return [...this.tokens]
      .filter(([id, isUsed]) => !states.has(id) || (isUsed && states.get(id) !== 'consumed'))
      .map(([id]) => `token ${id} is ${states.get(id) ?? 'not there'}`)
  }

  async #campaignFaults(program: Bearer): Promise<string[]> {
    const found = new Set((await everything(program, 'campaigns', campaignsResponse)).map(({ id }) => id))
    return [...this.campaigns]
      .filter(([id, isThere]) => found.has(id) !== isThere)
      .map(([id, isThere]) => `campaign ${id} is ${isThere ? 'not there' : 'there again'}`)
  }

  async #commandFaults(program: Bearer): Promise<string[]> {
    const found = await everything(program, 'commands', commandsResponse)
    const results = new Map(found.map(({ id, result }) => [id, result]))
    return [...this.commands]
      .filter((id) => results.get(id) !== 'accepted')
      .map((id) => `command ${id} is ${results.get(id) ?? 'not there'}`)
  }

  async #auditFaults(program: Bearer): Promise<string[]> {
    const rows = await everything(program, 'audit', auditResponse)
    const written = new Set(
      rows
        .filter(({ outcome }) => outcome === 'success')
        .map(({ action, targetId, detail }) => `${action} ${detail['jti'] ?? targetId}`),
    )
    return [...this.acts].filter((act) => !written.has(act)).map((act) => `no audit row: ${act}`)
  }
}
