/** `talos audit`: who did what. */
import type { Command } from 'commander'
import { auditResponse } from '../../../shared/api/audit.js'
import { query } from '../client.js'
import { type CliContext, signedIn } from '../context.js'
import { shortTime, table } from '../output.js'

export function registerAudit(
  program: Command,
  run: (task: (context: CliContext) => Promise<void>) => Promise<void>,
) {
  program
    .command('audit')
    .description('the newest entries of the audit trail')
    .option('--limit <n>', 'how many', '50')
    .option('--action <action>', 'such as station.revoke')
    .action((options: { limit: string; action?: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const path = `/orgs/${org}/audit${query({ limit: options.limit, action: options.action })}`
        context.out.show((await api.get(path, auditResponse)).items, (items) =>
          table(
            ['WHEN (UTC)', 'WHO', 'WHAT', 'ON', 'OUTCOME'],
            items.map((e) => [
              shortTime(e.at),
              `${e.actorKind} ${e.actorId}`,
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
