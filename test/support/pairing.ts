/**
 * Signing in a browser by a phone, as the pages do it.
 * @module
 */
import type { Test } from 'tap'
import type { Answer, ApiClient } from './client.js'
import { type TestCore, testCore } from './core.js'

export const PUBLIC_URL = 'https://talos.example.org'

/** A core in which signing in by phone is switched on. */
export async function pairingCore(t: Test): Promise<TestCore> {
  const core = await testCore(t, { env: { TALOS_PUBLIC_URL: PUBLIC_URL } })
  const { status } = await core.owner.api('PATCH', '/settings/auth', { pairing: true })
  if (status !== 200) throw new Error(`switching on was answered ${status}`)
  return core
}

export interface Waiting {
  readonly browser: ApiClient
  readonly code: string
  readonly number: number
  readonly pairingId: string
  wait(): Promise<Answer>
}

/** A browser that shows a code. */
export async function startPairing(core: TestCore, body: object = {}): Promise<Waiting> {
  const browser = core.browser()
  const { status, body: started } = await browser.api('POST', '/auth/pair/start', body)
  if (status !== 200) throw new Error(`the start was answered ${status} ${started.code}`)
  const { code, number, pairingId } = started
  const wait = () => browser.api('GET', `/auth/pair/wait?pairing=${pairingId}`)
  return { browser, code, number, pairingId, wait }
}
