/** `talos users`: who belongs to an organisation, as what, and who is invited. */
import { Argument, type Command, Option } from 'commander'
import { okSchema } from '../../../shared/api/common.js'
import {
  accountSchema,
  inviteSchema,
  invitesResponse,
  MEMBER_SORTS,
  type Member,
  memberSchema,
  memberSessionsResponse,
  membersResponse,
} from '../../../shared/api/members.js'
import { passkeysForgotten } from '../../../shared/api/passkeys.js'
import { TalosError } from '../../../shared/errors.js'
import { ROLES } from '../../../shared/permissions.js'
import { endOfDay } from '../arguments.js'
import { type Api, everyPage, query } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { shortTime, table } from '../table.js'

const condition = ({ disabledAt, expiresAt }: Member): string =>
  disabledAt !== null ? 'disabled' : expiresAt === null ? '' : `until ${shortTime(expiresAt)}`
const seen = ({ lastSeenAt, lastMethod }: Member): string =>
  lastSeenAt === null ? '-' : `${shortTime(lastSeenAt)} ${lastMethod ?? ''}`

/** A member by id or by address. */
async function findMember(api: Api, org: string, wanted: string): Promise<Member> {
  const all = await everyPage(api, `/orgs/${org}/members`, membersResponse)
  const found = all.find((m) => m.id === wanted || m.email === wanted.toLowerCase())
  if (found !== undefined) return found
  throw new TalosError('not_found', `There is no member ${wanted}. talos users lists them.`)
}

export function registerUsers(program: Command, run: Run) {
  const users = program.command('users').description('list members; invite, change, disable, sign out')
  registerList(users, run)
  registerInvites(users, run)
  registerChanges(users, run)
  registerSessions(users, run)
}

function registerList(users: Command, run: Run) {
  users
    .command('list', { isDefault: true })
    .description('who belongs here, as what, and when they were seen')
    .option('--search <text>', 'part of an address or name')
    .addOption(new Option('--sort <order>', 'order of the list').choices(MEMBER_SORTS).default('email'))
    .action((options: { search?: string; sort: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const items = await everyPage(api, `/orgs/${org}/members${query(options)}`, membersResponse)
        context.out.show(items, (list) =>
          table(
            ['ADDRESS', 'ROLE', 'CONDITION', 'SEEN, UTC', 'PASSKEY', 'ID'],
            list.map((m) => [m.email, m.role, condition(m), seen(m), m.hasPasskey ? 'yes' : '-', m.id]),
            'Nobody by that name.',
          ),
        )
      }),
    )
}

function registerInvites(users: Command, run: Run) {
  users
    .command('invite')
    .description('invite an address by mail, for a week')
    .argument('<address>', 'mail address')
    .addOption(new Option('--role <role>', 'what they become').choices(ROLES).default('viewer'))
    .action((email: string, { role }: { role: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const made = await api.send('POST', `/orgs/${org}/invites`, { email, role }, inviteSchema)
        context.out.show(
          made,
          (i) => `${i.email} is invited as ${i.role}, until ${shortTime(i.expiresAt)} UTC.`,
        )
      }),
    )
  users
    .command('invites')
    .description('who was invited, and what became of it')
    .action(() =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const items = await everyPage(api, `/orgs/${org}/invites`, invitesResponse)
        context.out.show(items, (list) =>
          table(
            ['ADDRESS', 'ROLE', 'STATE', 'BY', 'UNTIL, UTC', 'ID'],
            list.map((i) => [i.email, i.role, i.state, i.invitedBy ?? '-', shortTime(i.expiresAt), i.id]),
            'Nobody has been invited: talos users invite ann@example.org --role operator',
          ),
        )
      }),
    )
  users
    .command('uninvite')
    .description('take an open invite back')
    .argument('<id>', 'id of the invite')
    .action((id: string) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const path = `/orgs/${org}/invites/${encodeURIComponent(id)}`
        const ended = await api.send('DELETE', path, undefined, inviteSchema)
        context.out.show(ended, (i) => `The invite of ${i.email} is ${i.state}.`)
      }),
    )
}

function registerChanges(users: Command, run: Run) {
  users
    .command('role')
    .description('give a member another role')
    .argument('<member>', 'address or id')
    .addArgument(new Argument('<role>', 'the role').choices(ROLES))
    .action((wanted: string, role: string) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { id } = await findMember(api, org, wanted)
        const changed = await api.send('PATCH', `/orgs/${org}/members/${id}`, { role }, memberSchema)
        context.out.show(changed, (m) => `${m.email} is ${m.role}.`)
      }),
    )
  users
    .command('expire')
    .description('end an account by itself after a day, or never')
    .argument('<member>', 'address or id')
    .argument('<day>', 'such as 2027-01-31 (UTC), or never', endOfDay)
    .action((wanted: string, expiresAt: string | null) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { id } = await findMember(api, org, wanted)
        const changed = await api.send('PATCH', `/orgs/${org}/members/${id}`, { expiresAt }, memberSchema)
        context.out.show(changed, (m) =>
          m.expiresAt === null ? `${m.email} has no end.` : `${m.email} ends ${shortTime(m.expiresAt)} UTC.`,
        )
      }),
    )
  for (const act of ['disable', 'enable'] as const)
    users
      .command(act)
      .description(
        act === 'disable' ? 'sign somebody out everywhere, and keep them out' : 'let somebody sign in again',
      )
      .argument('<member>', 'address or id')
      .action((wanted: string) =>
        run(async (context) => {
          const { api, org } = await signedIn(context)
          const { id } = await findMember(api, org, wanted)
          const account = await api.send('POST', `/users/${id}/${act}`, {}, accountSchema)
          context.out.show(account, (a) => `${a.email} is ${act}d.`)
        }),
      )
  users
    .command('remove')
    .description('end a membership; the account stays')
    .argument('<member>', 'address or id')
    .requiredOption('--confirm <address>', 'the address of the member, to be sure')
    .action((wanted: string, { confirm }: { confirm: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { id, email } = await findMember(api, org, wanted)
        if (confirm.toLowerCase() !== email)
          throw new TalosError('config_invalid', `Say --confirm ${email} to end that membership.`)
        const done = await api.send('DELETE', `/orgs/${org}/members/${id}`, undefined, okSchema)
        context.out.show(done, () => `${email} is no member of ${org} any more.`)
      }),
    )
}

function registerSessions(users: Command, run: Run) {
  users
    .command('forget-passkeys')
    .description('remove all passkeys of somebody who has lost them')
    .argument('<member>', 'address or id')
    .requiredOption('--confirm <address>', 'the address of the member, to be sure')
    .action((wanted: string, { confirm }: { confirm: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { id, email } = await findMember(api, org, wanted)
        if (confirm.toLowerCase() !== email)
          throw new TalosError('config_invalid', `Say --confirm ${email} to remove those passkeys.`)
        const done = await api.send('DELETE', `/users/${id}/passkeys`, undefined, passkeysForgotten)
        context.out.show(
          done,
          (d) => `Removed: ${d.removed}. ${email} signs in by mail, and may make a new one.`,
        )
      }),
    )
  users
    .command('sessions')
    .description('where a member is signed in; or end that')
    .argument('<member>', 'address or id')
    .option('--end <id>', 'end this one')
    .option('--end-all', 'end every one')
    .action((wanted: string, options: { end?: string; endAll?: boolean }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { id, email } = await findMember(api, org, wanted)
        const path = `/orgs/${org}/members/${id}/sessions`
        const { items } = await api.get(path, memberSessionsResponse)
        const ended =
          options.endAll === true ? items.map((s) => s.id) : options.end === undefined ? [] : [options.end]
        for (const session of ended)
          await api.send('DELETE', `${path}/${encodeURIComponent(session)}`, undefined, okSchema)
        if (ended.length > 0) {
          context.out.show({ ended }, () => `Ended: ${ended.length}.`)
          return
        }
        context.out.show(items, (list) =>
          table(
            ['ID', 'SIGNED IN, UTC', 'SEEN, UTC', 'FROM', 'WITH'],
            list.map((s) => [s.id, shortTime(s.createdAt), shortTime(s.lastSeenAt), s.address, s.method]),
            `${email} is signed in in no browser.`,
          ),
        )
      }),
    )
}
