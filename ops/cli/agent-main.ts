/**
 * The command line of a machine beside an antenna: `talos agent ...` and nothing else. What this file imports, near and
 * far, is what the agent's tarball holds (ops/build-agent.mjs).
 * @module
 */
import { registerAgent } from './commands/agent.js'
import { runCommandLine } from './run.js'

/** Runs one command line. @returns the exit code */
export const main = (argv: readonly string[], env: Record<string, string | undefined>): Promise<number> =>
  runCommandLine('The agent of a Talos ground station.', registerAgent, argv, env)
