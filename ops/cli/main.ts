/**
 * The command line of Talos, whole.
 * @module
 */
import { registerAgent } from './commands/agent.js'
import { registerAudit } from './commands/audit.js'
import { registerCampaigns } from './commands/campaigns.js'
import { registerContacts } from './commands/contacts.js'
import { registerDoctor } from './commands/doctor.js'
import { registerElements } from './commands/elements.js'
import { registerEnroll } from './commands/enroll.js'
import { registerKeys } from './commands/keys.js'
import { registerLogin } from './commands/login.js'
import { registerMaintenance } from './commands/maintenance.js'
import { registerPasses } from './commands/passes.js'
import { registerPrograms } from './commands/programs.js'
import { registerSatellites } from './commands/satellites.js'
import { registerSchedule } from './commands/schedule.js'
import { registerCommands, registerStations } from './commands/stations.js'
import { registerUsers } from './commands/users.js'
import { type Register, runCommandLine } from './run.js'

const everything: Register = (program, run, exitWith) => {
  program
    .option('--server <url>', 'which server (also TALOS_SERVER; default: the last login)')
    .option('--org <slug>', 'which organisation (also TALOS_ORG; default: your only one)')
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
  registerMaintenance(program, run)
  registerElements(program, run)
  registerSatellites(program, run)
  registerUsers(program, run)
  registerAudit(program, run)
  registerDoctor(program, run, exitWith)
}

/** Runs one command line. @returns the exit code */
export const main = (argv: readonly string[], env: Record<string, string | undefined>): Promise<number> =>
  runCommandLine('The control plane of a fleet of satellite ground stations.', everything, argv, env)
