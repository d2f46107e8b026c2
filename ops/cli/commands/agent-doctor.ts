/**
 * `talos agent doctor`: what is wrong with this station, and how to mend it. With a running agent it asks that; without
 * one it looks at the rotator itself, and moves nothing.
 * @module
 */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { AgentConfig } from '../../../agent/config.js'
import type { LocalStatus } from '../../../agent/local/words.js'
import type { HealthFinding } from '../../../shared/api/health.js'
import { TalosError } from '../../../shared/errors.js'
import { ill, well } from '../agent-doctor/finding.js'
import type { CliContext, Run } from '../context.js'
import { findingsText } from '../findings.js'
import { TALOS_VERSION } from '../version.js'
import { type ConfigOptions, configOption } from './agent-config.js'

/** What is thrown on purpose is a finding; anything else is a fault of ours. */
function asFinding(check: string, cause: unknown, mend: string): HealthFinding {
  if (cause instanceof TalosError) return ill('critical', check, cause.detail, mend)
  throw cause
}

async function askRunning(
  dataDir: string,
): Promise<{ status: LocalStatus | null; findings: HealthFinding[] }> {
  const { askAgent } = await import('../../../agent/local/ask.js')
  const { statusSchema } = await import('../../../agent/local/words.js')
  const { runningFindings } = await import('../agent-doctor/running.js')
  try {
    const status = await askAgent(dataDir, { op: 'status' }, statusSchema)
    return { status, findings: runningFindings(status, TALOS_VERSION) }
  } catch (cause) {
    if (!(cause instanceof TalosError)) throw cause
    const level = cause.code === 'unavailable' ? 'warning' : 'critical'
    return { status: null, findings: [ill(level, 'Agent', cause.detail, 'systemctl start talos-agent')] }
  }
}

async function identityAndNetwork(config: AgentConfig, { clock }: CliContext): Promise<HealthFinding[]> {
  const { credentialPath, loadCredential } = await import('../../../agent/credential.js')
  const { identityFindings } = await import('../agent-doctor/identity.js')
  const { networkFindings } = await import('../agent-doctor/network.js')
  try {
    const credential = await loadCredential(credentialPath(config.dataDir))
    const ca = config.caFile === undefined ? null : await readFile(config.caFile, 'utf8').catch(() => '')
    const missing =
      ca === ''
        ? [ill('critical', 'caFile', `${config.caFile} cannot be read`, 'Correct caFile in agent.json.')]
        : []
    return [
      ...identityFindings(credential, clock.now()),
      ...missing,
      ...(await networkFindings(credential, ca, () => clock.now())),
    ]
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EACCES') return []
    return [asFinding('Station', cause, '')]
  }
}

async function diagnose(file: string, context: CliContext): Promise<HealthFinding[]> {
  const { askService, clockFinding, dataFindings, nodeFinding, serviceFinding } = await import(
    '../agent-doctor/machine.js'
  )
  const { LinuxMachine } = await import('../../../agent/clock/machine.js')
  const { loadConfig } = await import('../../../agent/config.js')
  const { rotatorFindings } = await import('../agent-doctor/rotator.js')
  const machine = [nodeFinding(process.versions.node), clockFinding(await new LinuxMachine().ntp())]
  let config: AgentConfig
  try {
    config = await loadConfig(file)
  } catch (cause) {
    return [...machine, asFinding('agent.json', cause, 'Everything else hangs on it.')]
  }
  const { status, findings } = await askRunning(config.dataDir)
  return [
    ...machine,
    well('agent.json', `${file} is valid`),
    ...(await dataFindings(config.dataDir)),
    serviceFinding(await askService()),
    ...findings,
    ...(await rotatorFindings(config, status !== null)),
    ...(await identityAndNetwork(config, context)),
  ]
}

export function registerAgentDoctor(agent: Command, run: Run, exitWith: (code: number) => void): void {
  agent
    .command('doctor')
    .description('find what is wrong with this station, and how to mend it; moves nothing')
    .addOption(configOption())
    .action((options: ConfigOptions) =>
      run(async (context) => {
        const findings = await diagnose(options.config, context)
        context.out.show(findings, findingsText)
        if (findings.some(({ level }) => level === 'critical')) exitWith(1)
      }),
    )
}
