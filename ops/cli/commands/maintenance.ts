/** `talos maintenance`: times in which a station is not planned for. */
import type { Command } from 'commander'
import { okSchema } from '../../../shared/api/common.js'
import { stationsResponse } from '../../../shared/api/fleet.js'
import { maintenanceAnswer } from '../../../shared/api/maintenance.js'
import { utcMoment } from '../arguments.js'
import { everyPage } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { findStation } from '../names.js'
import { shortTime, table } from '../table.js'

interface Planned {
  readonly from?: string
  readonly to: string
  readonly reason: string
  readonly now?: true
}

export function registerMaintenance(program: Command, run: Run) {
  const maintenance = program
    .command('maintenance')
    .description('times in which a station is not planned for: list, plan, end')
  maintenance
    .command('list', { isDefault: true })
    .description('windows that are not over')
    .action(() =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const stations = await everyPage(api, `/orgs/${org}/stations?limit=200`, stationsResponse)
        const items = stations.flatMap(({ name, maintenance: windows }) =>
          windows.map((window) => ({ station: name, ...window })),
        )
        context.out.show(items, (list) =>
          table(
            ['STATION', 'FROM (UTC)', 'TO', 'REASON', 'ID'],
            list.map((w) => [w.station, shortTime(w.from), shortTime(w.to), w.reason, w.id]),
            'No maintenance is planned.',
          ),
        )
      }),
    )
  maintenance
    .command('plan')
    .description('plan a window; what is booked in it is called off, and flown elsewhere where it can be')
    .argument('<station>', 'name or id')
    .option('--from <moment>', 'such as 2026-11-22T12:00:00Z; left out: now', utcMoment)
    .requiredOption('--to <moment>', 'when the station is back', utcMoment)
    .requiredOption('--reason <text>', 'why')
    .option('--now', 'call off what runs, too; otherwise it is flown to its end')
    .action((wanted: string, options: Planned) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { id, name } = await findStation(api, org, wanted)
        const answer = await api.send(
          'POST',
          `/orgs/${org}/stations/${id}/maintenance`,
          options,
          maintenanceAnswer,
        )
        context.out.show(
          answer,
          ({ from, to, calledOff }) =>
            `${name} is in maintenance from ${shortTime(from)} to ${shortTime(to)} UTC. Contacts called off: ${calledOff.length}.`,
        )
      }),
    )
  maintenance
    .command('end')
    .description('take a window back, or end it before its time')
    .argument('<station>', 'name or id')
    .argument('<window>', 'id, from talos maintenance')
    .action((wanted: string, window: string) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { id, name } = await findStation(api, org, wanted)
        const path = `/orgs/${org}/stations/${id}/maintenance/${encodeURIComponent(window)}`
        const answer = await api.send('DELETE', path, undefined, okSchema)
        context.out.show(answer, () => `${name} is planned for again.`)
      }),
    )
}
