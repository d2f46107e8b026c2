/** `talos audit`: who did what. */
import { type Command, Option } from 'commander'
import { AUDIT_ACTIONS, auditResponse } from '../../../shared/api/audit.js'
import { wholeNumber } from '../arguments.js'
import { query } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { personNames } from '../names.js'
import { shortTime, table } from '../table.js'

export function registerAudit(program: Command, run: Run) {
  program
    .command('audit')
    .description('the newest entries of the audit trail')
    .option('--limit <n>', 'how many', wholeNumber(1, 200), 50)
    .addOption(new Option('--action <action>', 'only this').choices(AUDIT_ACTIONS))
    .option('--system', 'of the whole system, sign-ins and starts too, in place of the organisation')
    .action((options: { limit: number; action?: string; system?: boolean }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const personOf = await personNames(api)
        const path = `${options.system === true ? '' : `/orgs/${org}`}/audit${query({ limit: options.limit, action: options.action })}`
        context.out.show((await api.get(path, auditResponse)).items, (items) =>
          table(
            ['WHEN (UTC)', 'WHO', 'WHAT', 'ON', 'OUTCOME'],
            items.map((e) => [
              shortTime(e.at),
              `${e.actorKind} ${personOf(e.actorId)}`,
              e.action,
              e.targetId ?? '-',
              e.outcome,
            ]),
            'Nothing yet.',
          ),
        )
      }),
    )
}
