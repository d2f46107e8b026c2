/**
 * The demo as its own first owner: signs in through the one-time link like a browser would, and makes through the API
 * what an owner would make.
 * @module
 */

import type { z } from 'zod'
import { confirmRequest, mqttTicketResponse } from '../../shared/api/auth.js'
import { campaignSchema } from '../../shared/api/campaigns.js'
import { elementsImportResponse } from '../../shared/api/elements.js'
import { enrollmentTokenCreated } from '../../shared/api/fleet.js'
import type { Omm } from '../../shared/messages.js'

/** The organisation that core makes at its first start. */
export const DEMO_ORG = 'main'

export class DemoOwner {
  private cookie = ''

  constructor(readonly url: string) {}

  get headers(): { cookie: string; origin: string } {
    return { cookie: this.cookie, origin: this.url }
  }

  async signIn(ownerLink: string, email: string): Promise<void> {
    const token = new URL(ownerLink).hash.slice(1)
    const response = await this.request('/auth/confirm', confirmRequest.parse({ token, email }))
    this.cookie = response.headers
      .getSetCookie()
      .map((c) => c.split(';')[0])
      .join('; ')
  }

  async bringElements(source: string, elements: readonly Omm[]): Promise<void> {
    await this.make('/elements/import', { source, text: JSON.stringify(elements) }, elementsImportResponse)
  }

  async makeCampaign(satellites: readonly string[], allowStale: boolean): Promise<void> {
    const body = { name: 'Demo', priority: 5, satellites, allowStale }
    await this.make(`/orgs/${DEMO_ORG}/campaigns`, body, campaignSchema)
  }

  /** The link with which one agent enrolls. */
  async enrollUrl(name: string): Promise<string> {
    const made = await this.make(`/orgs/${DEMO_ORG}/enrollment-tokens`, { name }, enrollmentTokenCreated)
    return made.enrollUrl
  }

  mqttTicket = () => this.make('/auth/mqtt-ticket', { org: DEMO_ORG }, mqttTicketResponse)

  private async make<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.request(path, body)).json())
  }

  private async request(path: string, body: unknown): Promise<Response> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.headers },
      body: JSON.stringify(body),
    })
    if (response.ok) return response
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  }
}
