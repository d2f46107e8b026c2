/** `talos keys`: the signing keys of core, and its master key. */
import type { Command } from 'commander'
import { signingKeyListResponse } from '../../../shared/api/keys.js'
import { wholeNumber } from '../arguments.js'
import { type CliContext, type Run, signedIn } from '../context.js'
import { shortTime, table } from '../table.js'

type Items = ReturnType<typeof signingKeyListResponse.parse>['items']

const show = (context: CliContext, items: Items) =>
  context.out.show(items, (rows) =>
    table(
      ['KEY', 'STATE', 'MADE (UTC)', 'SIGNS FROM (UTC)', 'STATIONS WITHOUT'],
      rows.map((key) => [
        key.kid,
        key.state,
        shortTime(key.createdAt),
        shortTime(key.activeAt),
        String(key.stationsWithout),
      ]),
      'No keys.',
    ),
  )

export function registerKeys(program: Command, run: Run, exitWith: (code: number) => void) {
  const keys = program.command('keys').description('the keys that sign commands, and the master key')
  keys
    .command('list', { isDefault: true })
    .description('the signing keys')
    .action(() =>
      run(async (context) => {
        const { api } = await signedIn(context)
        show(context, (await api.get('/keys/list', signingKeyListResponse)).items)
      }),
    )
  const rotate = keys.command('rotate').description('replace a key')
  rotate
    .command('signing')
    .description('make a new signing key; connected stations pin it at once, the others when they connect')
    .option('--announce <minutes>', 'announced for so long before it signs', wholeNumber(0, 10_080), 60)
    .action((options: { announce: number }) =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const body = { announceMinutes: options.announce }
        show(context, (await api.send('POST', '/keys/rotate', body, signingKeyListResponse)).items)
        context.say(
          'The former key stays pinned for 14 days after the new one signs. To end it now: talos keys retire KEY',
        )
      }),
    )
  rotate
    .command('master')
    .description('on the machine of core: make a new master key in the data directory')
    .action(async () => {
      const { rotateMasterKey } = await import('../../../core/main.js')
      exitWith(await rotateMasterKey(process.env))
    })
  keys
    .command('retire <kid>')
    .description('end a signing key that no longer signs; stations forget it')
    .option('--even-if-in-use', 'also while plans that it signed are still to be flown')
    .action((kid: string, options: { evenIfInUse?: boolean }) =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const path = `/keys/${encodeURIComponent(kid)}/retire`
        const body = { evenIfInUse: options.evenIfInUse === true }
        show(context, (await api.send('POST', path, body, signingKeyListResponse)).items)
      }),
    )
}
