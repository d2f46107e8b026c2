/** `talos doctor enrollment`: does somebody issue unusually many tokens, does an agent wait? */
import type { Command } from 'commander'
import { enrollmentHealthResponse } from '../../../shared/api/health.js'
import { apiAt } from '../client.js'
import type { Run } from '../context.js'
import { findingsText } from '../findings.js'
import { findLogin } from '../login.js'

export function registerDoctorEnrollment(doctor: Command, run: Run, exitWith: (code: number) => void): void {
  doctor
    .command('enrollment')
    .description('who issues tokens for stations, and whether agents wait')
    .action(() =>
      run(async (context) => {
        const { server, tokens } = findLogin(context)
        const health = await apiAt(server, tokens).get('/health/enrollment', enrollmentHealthResponse)
        context.out.show(health, ({ findings }) => findingsText(findings))
        if (health.level === 'warning' || health.level === 'critical') exitWith(1)
      }),
    )
}
