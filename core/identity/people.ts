/**
 * Organisations, their members and invites: the services of people among people, put together.
 * @module
 */
import type { Background } from '../background.js'
import type { Context } from '../context.js'
import { AccountEnd } from './account-end.js'
import { Accounts } from './accounts.js'
import type { CommandLines } from './command-lines.js'
import { InviteMail } from './invite-mail.js'
import { OwnInvites } from './invited.js'
import { Invites } from './invites.js'
import type { Mailer } from './mailers.js'
import { Members } from './member-changes.js'
import { Orgs } from './orgs.js'
import { UserExpiry } from './user-expiry.js'

export interface People {
  readonly orgs: Orgs
  readonly members: Members
  readonly accounts: Accounts
  readonly invites: Invites
  readonly ownInvites: OwnInvites
  readonly expiry: UserExpiry
}

export function createPeople(
  context: Context,
  commandLines: Pick<CommandLines, 'endAll' | 'announce'>,
  mailer: Mailer,
  background: Background,
): People {
  const accountEnd = new AccountEnd(context, commandLines)
  const accounts = new Accounts(context, accountEnd)
  return {
    accounts,
    orgs: new Orgs(context),
    members: new Members(context, accountEnd),
    invites: new Invites(context, new InviteMail(context, mailer, background)),
    ownInvites: new OwnInvites(context),
    expiry: new UserExpiry(context, accounts, accountEnd),
  }
}
