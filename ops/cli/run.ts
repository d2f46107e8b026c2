/**
 * Runs one command line: what is registered decides what it knows. Exit codes: 0, 1 failure, 2 wrong usage or
 * configuration.
 * @module
 */
import { Command, CommanderError } from 'commander'
import { systemClock } from '../../shared/time.js'
import type { GlobalOptions, Run } from './context.js'
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

/** Adds commands to a program; `exitWith` says how it ends when it does not fail. */
export type Register = (program: Command, run: Run, exitWith: (code: number) => void) => void

/** Runs one command line. @returns the exit code */
export async function runCommandLine(
  description: string,
  register: Register,
  argv: readonly string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  let code = 0
  const program = new Command('talos')
    .description(description)
    .version(TALOS_VERSION)
    .option('--json', 'print JSON')
    .showSuggestionAfterError()
    .exitOverride()
  const run: Run = async (task) => {
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
  register(program, run, (given) => {
    code = given
  })
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
