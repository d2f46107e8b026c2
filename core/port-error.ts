import { TalosError } from '../shared/errors.js'

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'there is no such host',
}

/** What the operator can put right, by the setting that says it; any other cause as it is. */
export function portError(variable: string, host: string, port: number, cause: unknown): unknown {
  const known = WHY[(cause as NodeJS.ErrnoException).code ?? '']
  if (known === undefined) return cause
  return new TalosError('config_invalid', `${variable}: cannot listen on ${host}:${port}, ${known}.`, {
    cause,
  })
}
