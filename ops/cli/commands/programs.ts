/** `talos start`, `core`, `director`, `demo`: the programs themselves, loaded only when asked for. */
import type { Command } from 'commander'
import { wholeNumber } from '../arguments.js'

/** Each runs until a signal and gives its exit code. */
export function registerPrograms(program: Command, exitWith: (code: number) => void) {
  const say = (text: string) => process.stderr.write(`${text}\n`)
  program
    .command('start')
    .description('run core and director')
    .action(async () => {
      const { startAll } = await import('../../start.js')
      exitWith(await startAll(process.env, say))
    })
  program
    .command('core')
    .description('run the control plane: broker, API, dashboard')
    .action(async () => {
      const { runCore } = await import('../../../core/main.js')
      exitWith(await runCore(process.env))
    })
  program
    .command('director')
    .description('run the director: elements, schedule, plans')
    .action(async () => {
      const { runDirector } = await import('../../../director/main.js')
      exitWith(await runDirector(process.env))
    })
  program
    .command('demo')
    .description('a whole fleet on this machine: core, director, three antennas, one campaign')
    .option('--elements <file>', 'use these elements (OMM or TLE) instead of CelesTrak or the training set')
    .option('--simulated', 'use the built-in simulator even where Hamlib is installed')
    .option('--port <port>', 'port of the dashboard', wholeNumber(0, 65_535), 8080)
    .action(async (options: { elements?: string; simulated?: boolean; port: number }) => {
      const { runDemo } = await import('../../demo/demo.js')
      exitWith(
        await runDemo({
          port: options.port,
          simulated: options.simulated === true,
          // As the director reads it: a mirror of CelesTrak.
          celestrakUrl: process.env['TALOS_CELESTRAK_URL'] ?? 'https://celestrak.org',
          ...(options.elements === undefined ? {} : { elementsFile: options.elements }),
        }),
      )
    })
}
