import t from 'tap'
import { ORG, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { signedIn } from '../support/people.js'
import { terminal } from './command-line.js'

t.test(
  'talos users: an administrator invites, changes, signs out and keeps out, and is told what he may not',
  async (t) => {
    const core = await testCore(t)
    const admin = await signedIn(core, 'admin', 'administrator')
    const bo = await signedIn(core, 'bo', 'viewer')
    const { body } = await admin.client.api('POST', '/auth/api-tokens', { name: 'desk' })
    const { talos } = terminal(temporaryDirectory(t), { TALOS_TOKEN: body.token, TALOS_SERVER: core.url })
    const good = async (...args: string[]) => {
      const { code, stdout, stderr } = await talos('users', ...args)
      t.equal(code, 0, `${args.join(' ')}: ${stderr}`)
      return stdout
    }

    const list = await good()
    t.match(list, /ADDRESS +ROLE/)
    t.match(list, /bo@example.org +viewer .* magic_link/)
    t.match(list, /owner@example.org +owner/)
    t.notMatch(await good('list', '--search', 'ADM'), /bo@/)

    const mail = core.mailer.next('ann@example.org')
    t.match(
      await good('invite', 'ann@example.org', '--role', 'operator'),
      /ann@example.org is invited as operator/,
    )
    await mail
    const invites = JSON.parse((await talos('--json', 'users', 'invites')).stdout)
    t.match(invites, [{ email: 'ann@example.org', state: 'open' }])
    t.match(await good('uninvite', invites[0].id), /is revoked/)

    t.match(await good('role', 'BO@example.org', 'operator'), /bo@example.org is operator/)
    t.match(await good('expire', 'bo@example.org', '2099-01-31'), /ends 2099-01-31 23:59:59 UTC/)
    t.match(await good('expire', 'bo@example.org', 'never'), /has no end/)
    t.match(await good('sessions', 'bo@example.org'), /magic_link/)
    t.match(await good('sessions', 'bo@example.org', '--end-all'), /Ended: 1/)
    t.equal((await bo.client.api('GET', '/auth/me')).status, 401)
    t.match(await good('forget-passkeys', 'bo@example.org', '--confirm', 'bo@example.org'), /Removed: 0/)
    t.match(await good('disable', 'bo@example.org'), /bo@example.org is disabled/)
    t.match(await good('list', '--search', 'bo'), /disabled/)
    t.match(await good('enable', bo.id), /is enabled/)
    t.match(
      await good('remove', 'bo@example.org', '--confirm', 'bo@example.org'),
      /no member of main any more/,
    )
    t.equal(await core.prisma.membership.count({ where: { userId: bo.id, org: { slug: ORG } } }), 0)

    const refused = async (code: number, says: RegExp, ...args: string[]) => {
      const ended = await talos('users', ...args)
      t.equal(ended.code, code, args.join(' '))
      t.match(ended.stderr, says)
    }
    await refused(1, /permissions that you lack/, 'role', 'owner@example.org', 'viewer')
    await refused(1, /permissions that you lack/, 'invite', 'x@example.org', '--role', 'owner')
    await refused(1, /There is no member nobody/, 'disable', 'nobody')
    await refused(2, /Allowed choices are viewer, operator/, 'role', 'admin@example.org', 'superadmin')
    await refused(2, /Give a day such as/, 'expire', 'admin@example.org', 'tomorrow')
    await refused(2, /--confirm admin@example.org/, 'remove', 'admin@example.org', '--confirm', 'admin')
    await refused(2, /--confirm admin@/, 'forget-passkeys', 'admin@example.org', '--confirm', 'bo')

    const scopes = { name: 'watch', permissions: ['view_stations'] }
    const narrow = await admin.client.api('POST', '/auth/api-tokens', scopes)
    const env = { TALOS_TOKEN: narrow.body.token, TALOS_SERVER: core.url }
    const watch = terminal(temporaryDirectory(t), env)
    t.match(await watch.talos('whoami'), {
      code: 0,
      stdout: /administrator, of which this token has view_stations\n/,
    })
    t.match(await watch.talos('logout'), { code: 2, stderr: /an API token is no login/ })
    t.match(await watch.talos('stations'), { code: 0 }, 'and the token lives')
    const wrong = terminal(temporaryDirectory(t), { ...env, TALOS_TOKEN: 'gsa_0000000000000000_x' })
    t.match(await wrong.talos('stations'), { code: 1, stderr: /does not take this TALOS_TOKEN.*API tokens/ })
    const secure = core.url.replace('http:', 'https:')
    t.match(await wrong.talos('login', secure), { code: 1, stderr: /does not speak TLS. Is it http/ })
  },
)
