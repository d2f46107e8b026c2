/** `talos stations lock|unlock|rotate-key`: taking a station out of use and giving it back, replacing its key. */
import type { Command } from 'commander'
import type { z } from 'zod'
import { stationLockAnswer, stationSchema } from '../../../shared/api/fleet.js'
import { type Run, signedIn } from '../context.js'
import { findStation } from '../names.js'

/** What the person beside the antenna has to know before anybody touches it. */
const HEARD: Readonly<Record<z.infer<typeof stationLockAnswer>['told'], string>> = {
  stopped: 'Its antenna stands still.',
  told: 'It was told to stop, and has not said that it stands: look at it.',
  silent: 'It did not answer: take its power away before anybody touches it.',
  absent:
    'It is not connected, and flies the plans that it holds until it is: take its power away before anybody touches it.',
}

export function registerActs(stations: Command, run: Run) {
  stations
    .command('lock')
    .description('take a station out of use while somebody works on it; it keeps its key')
    .argument('<station>', 'name or id')
    .requiredOption('--reason <text>', 'why: it is shown at the antenna, too')
    .action((wanted: string, { reason }: { reason: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { id } = await findStation(api, org, wanted)
        const answer = await api.send(
          'POST',
          `/orgs/${org}/stations/${id}/lock`,
          { reason },
          stationLockAnswer,
        )
        context.out.show(answer, ({ name, told }) => `${name} is locked. ${HEARD[told]}`)
      }),
    )
  stations
    .command('unlock')
    .description('give a locked station back')
    .argument('<station>', 'name or id')
    .action((wanted: string) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { id } = await findStation(api, org, wanted)
        const answer = await api.send('POST', `/orgs/${org}/stations/${id}/unlock`, {}, stationSchema)
        context.out.show(
          answer,
          ({ name }) => `${name} is in use again. Its agent comes back within a minute.`,
        )
      }),
    )
  stations
    .command('rotate-key')
    .description('have the agent of a station replace its key, now or when it connects next')
    .argument('<station>', 'name or id')
    .action((wanted: string) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { id } = await findStation(api, org, wanted)
        const answer = await api.send('POST', `/orgs/${org}/stations/${id}/rotate-key`, {}, stationSchema)
        context.out.show(
          answer,
          ({ name, online }) =>
            `${name} ${online ? 'was asked' : 'is asked when it connects next'} for a new key. The one that it has holds until then.`,
        )
      }),
    )
}
