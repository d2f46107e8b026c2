/**
 * What the mails of signing in say. They name who asked by address only: what a browser calls itself is a stranger's
 * text, and would stand in a mail of ours.
 * @module
 */
import { MINUTE } from '../../shared/time.js'
import type { Mail } from './mailers.js'

export interface LinkMailFacts {
  readonly to: string
  readonly url: string
  readonly lifeMs: number
  /** Where the request came from. */
  readonly address: string
}

export const linkMail = ({ to, url, lifeMs, address }: LinkMailFacts): Mail => ({
  to,
  subject: 'Sign in to Talos',
  text:
    `Open this link within ${lifeMs / MINUTE} minutes to sign in:\n\n${url}\n\n` +
    'Opened in another browser than the one in which you asked for it, it shows a code to type there.\n\n' +
    `It was asked for from the address ${address}. If that was not you, ignore this mail, and give nobody a code: ` +
    'nobody can sign in without the link.\n',
})

export interface StepUpMailFacts {
  readonly to: string
  /** As it is displayed. */
  readonly code: string
  readonly lifeMs: number
  readonly address: string
}

export const stepUpMail = ({ to, code, lifeMs, address }: StepUpMailFacts): Mail => ({
  to,
  subject: 'Your Talos code',
  text:
    `Type this code within ${lifeMs / MINUTE} minutes into the window that asks for it:\n\n${code}\n\n` +
    `Your session at the address ${address} asks for it before it does something that matters. If that was not you, ` +
    'somebody has your session: open «My sessions» in Talos and end those that you do not know.\n',
})
