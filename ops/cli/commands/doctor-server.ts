/** `talos doctor server`: what core found of everything in its last round. */
import type { Command } from 'commander'
import { meResponse } from '../../../shared/api/auth.js'
import { type HealthFinding, type HealthOverview, healthResponse } from '../../../shared/api/health.js'
import { TalosError } from '../../../shared/errors.js'
import { apiAt } from '../client.js'
import type { CliContext, Run } from '../context.js'
import { findingsText } from '../findings.js'
import { findLogin } from '../login.js'

/** What this person may see: all of it, or that of the own organisations. */
async function askOverview(context: CliContext): Promise<HealthOverview[]> {
  const { server, tokens } = findLogin(context)
  const api = apiAt(server, tokens)
  try {
    return [await api.get('/health', healthResponse)]
  } catch (error) {
    if (!(error instanceof TalosError) || error.code !== 'forbidden') throw error
  }
  const { memberships } = await api.get('/auth/me', meResponse)
  return await Promise.all(memberships.map(({ org }) => api.get(`/orgs/${org}/health`, healthResponse)))
}

const named = (finding: HealthFinding): HealthFinding =>
  finding.subject === undefined ? finding : { ...finding, check: `${finding.check}, ${finding.subject.name}` }

export function registerDoctorServer(doctor: Command, run: Run, exitWith: (code: number) => void): void {
  doctor
    .command('server')
    .description('what core found of itself, its database, keys, disk, stations and director')
    .action(() =>
      run(async (context) => {
        const overviews = await askOverview(context)
        const reports = overviews.flatMap((overview) => overview.reports)
        context.out.show(reports, (all) =>
          all
            .map(({ collector, org, findings }) => {
              const title = org === null ? collector : `${collector} of ${org}`
              return `${title}\n\n${findingsText(findings.map(named))}`
            })
            .join('\n\n'),
        )
        if (reports.some(({ level }) => level === 'warning' || level === 'critical')) exitWith(1)
      }),
    )
}
