/**
 * The keys of the keyboard that work everywhere. A single letter never acts; it only finishes what `g` began.
 * @module
 */
import { SECOND } from '../../../shared/time.js'
import type { PlainPage } from './route.js'

/** `g`, then this letter, goes there. */
export const GO_KEYS: Readonly<Partial<Record<PlainPage, string>>> = {
  fleet: 'f',
  schedule: 's',
  contacts: 'c',
  passes: 'x',
  campaigns: 'm',
  elements: 'e',
  enroll: 'n',
  people: 'p',
  audit: 'a',
  health: 'h',
  'api-tokens': 't',
  sessions: 'y',
}

/** After `g`, the letter is waited for this long. */
const WAIT_MS = 1.5 * SECOND

export interface Press {
  readonly key: string
  readonly ctrl: boolean
  readonly meta: boolean
  readonly alt: boolean
  /** Does the person type into a field? Then letters are letters. */
  readonly typing: boolean
  /** epoch ms */
  readonly at: number
}

export type Asked =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'palette' | 'help' | 'search' }
  | { readonly kind: 'go'; readonly page: PlainPage }

export interface Heard {
  readonly asked: Asked
  /** When `g` was pressed, where the next letter counts; else null. */
  readonly leader: number | null
}

const heard = (asked: Asked, leader: number | null = null): Heard => ({ asked, leader })
const NOTHING: Asked = { kind: 'nothing' }

/** What a key asks for, after `leader`. */
export function hear(press: Press, leader: number | null): Heard {
  const { key, ctrl, meta, alt, typing, at } = press
  if ((ctrl || meta) && !alt && key.toLowerCase() === 'k') return heard({ kind: 'palette' })
  if (ctrl || meta || alt || typing) return heard(NOTHING)
  if (leader !== null && at - leader <= WAIT_MS) {
    const entry = Object.entries(GO_KEYS).find(([, letter]) => letter === key.toLowerCase())
    if (entry !== undefined) return heard({ kind: 'go', page: entry[0] as PlainPage })
  }
  if (key === 'g') return heard(NOTHING, at)
  if (key === '?') return heard({ kind: 'help' })
  if (key === '/') return heard({ kind: 'search' })
  return heard(NOTHING)
}
