/**
 * The command line of Talos. Exit codes: 0, 1 failure, 2 wrong usage or configuration.
 * @module
 */
import { Command, CommanderError } from 'commander'
import { systemClock } from '../../shared/time.js'
import { registerAgent } from './commands/agent.js'
import { registerAudit } from './commands/audit.js'
import { registerDoctor } from './commands/doctor.js'
import { registerElements } from './commands/elements.js'
import { registerKeys } from './commands/keys.js'
import { registerLogin } from './commands/login.js'
import { registerPasses } from './commands/passes.js'
import { registerCampaigns, registerContacts, registerSchedule } from './commands/planning.js'
import { registerPrograms } from './commands/programs.js'
import { registerCommands, registerEnroll, registerStations } from './commands/stations.js'
import { registerUsers } from './commands/users.js'
import type { CliContext, GlobalOptions } from './context.js'
import { exitCodeOf, explain, makeOut } from './output.js'
import { TALOS_VERSION } from './version.js'

const everyCommand = (command: Command): Command[] =>
  command.commands.flatMap((child) => [child as Command, ...everyCommand(child as Command)])

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`

/** After wrong usage: where the right one is written. Where a bare name lists, another word is named as what it is. */
function helpStrangers(command: Command): void {
  command.showHelpAfterError(`(${pathOf(command)} --help shows how)`)
  const list = command.commands.find((child) => child.name() === 'list')
  list?.allowExcessArguments().hook('preAction', () => {
    const [word] = list.args
    const known = command.commands.map((child) => child.name()).join(', ')
    if (word !== undefined)
      command.error(`error: ${pathOf(command)} does not know '${word}'. It knows ${known}.`, {
        code: 'commander.unknownCommand',
      })
  })
}

/** `talos ... | head`: whoever read us has enough. */
function endUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}

/** Runs one command line. @returns the exit code */
export async function main(
  argv: readonly string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  let code = 0
  const program = new Command('talos')
    .description('The control plane of a fleet of satellite ground stations.')
    .version(TALOS_VERSION)
    .option('--json', 'print JSON')
    .option('--server <url>', 'which server (also TALOS_SERVER; default: the last login)')
    .option('--org <slug>', 'which organisation (also TALOS_ORG; default: your only one)')
    .showSuggestionAfterError()
    .exitOverride()
  const run = async (task: (context: CliContext) => Promise<void>): Promise<void> => {
    process.stdout.once('error', endUnread)
    const options = program.opts<GlobalOptions>()
    const write = (text: string) => process.stdout.write(text)
    await task({
      env,
      clock: systemClock,
      out: makeOut(options.json === true, write),
      say: (text) => {
        if (options.json !== true) write(`${text}\n`)
      },
      options,
    })
  }
  const exitWith = (given: number) => {
    code = given
  }
  registerPrograms(program, exitWith)
  registerAgent(program, run, exitWith)
  registerLogin(program, run)
  registerStations(program, run)
  registerKeys(program, run, exitWith)
  registerEnroll(program, run)
  registerCommands(program, run)
  registerPasses(program, run)
  registerContacts(program, run)
  registerSchedule(program, run)
  registerCampaigns(program, run)
  registerElements(program, run)
  registerUsers(program, run)
  registerAudit(program, run)
  registerDoctor(program, run, exitWith)
  for (const command of [program, ...everyCommand(program)]) helpStrangers(command)
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    // Commander has printed help, the version or what is wrong with the usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    process.stderr.write(`talos: ${explain(error)}\n`)
    return exitCodeOf(error)
  }
  return code
}
