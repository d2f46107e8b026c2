/**
 * What each caller should be answered, worked out from the documents alone: the marks of the OpenAPI document and the
 * table of roles in docs/permissions.md. The code of the guard has no part in it.
 * @module
 */
import type { Caller } from './matrix-callers.js'

export type Verdict = 'yes' | '401' | '403' | '404'

export interface Route {
  /** `GET /api/v1/orgs/{org}/stations` */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly mark: string
  /** Nobody else, even who holds the permission. */
  readonly only: string | undefined
}

interface Operation {
  readonly 'x-required-permission': string
  readonly 'x-only'?: string
}

export const routesOf = (paths: Record<string, Record<string, Operation>>): Route[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([verb, operation]) => {
      const method = verb.toUpperCase()
      const mark = operation['x-required-permission']
      return { name: `${method} ${path}`, method, path, mark, only: operation['x-only'] }
    }),
  )

/** By name of the role: the permissions that the documented table gives it. */
export function documentedRoles(markdown: string): ReadonlyMap<string, ReadonlySet<string>> {
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', ''))
  const lines = markdown.split('\n')
  const head = cells(lines.find((line) => line.startsWith('| Permission |')) ?? '').slice(2)
  const rows = lines.filter((line) => /^\| `[a-z_]+` \|/.test(line)).map(cells)
  return new Map(
    head.map((role, i) => [
      role,
      new Set(rows.flatMap((row) => (row[i + 2] === 'yes' ? [row[0] ?? ''] : []))),
    ]),
  )
}

/** D1, D5: all of the director, in every organisation; docs/permissions.md says the same in words. */
const DIRECTOR = new Set(['view_stations', 'view_passes', 'trigger_passes', 'manage_global_settings'])

export function expected(
  route: Route,
  caller: Caller,
  roles: ReadonlyMap<string, ReadonlySet<string>>,
): Verdict {
  const { mark, only, path } = route
  if (mark === 'public') return 'yes'
  if (caller.kind === 'nobody') return '401'
  const isInside = path.includes('{org}')
  if (isInside && (caller.kind === 'station' || (caller.kind === 'person' && caller.org !== 'main')))
    return '404'
  if (mark === 'session') return caller.isBrowser === true ? 'yes' : '403'
  const isMarkedFor = { self: 'person', service: 'director', station: 'station' }[mark]
  if (isMarkedFor !== undefined) return caller.kind === isMarkedFor ? 'yes' : '403'
  if (only !== undefined && caller.kind !== { service: 'director', people: 'person' }[only]) return '403'
  const held = caller.kind === 'director' ? DIRECTOR : (roles.get(caller.role ?? '') ?? new Set<string>())
  return held.has(mark) && (caller.only === undefined || caller.only === mark) ? 'yes' : '403'
}

/** Markdown: a row for each route, a column for each caller that is printed. */
export function table(
  routes: readonly Route[],
  callers: readonly Caller[],
  verdict: (route: Route, caller: Caller) => Verdict,
): string {
  const shown = callers.filter(({ hidden }) => hidden !== true)
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const mark = ({ mark, only }: Route) => (only === undefined ? `\`${mark}\`` : `\`${mark}\`, ${only} only`)
  const short = ({ method, path }: Route) => `\`${method} ${path.replace('/api/v1/', '')}\``
  return [
    row(['Route', 'Needs', ...shown.map(({ name }) => name)]),
    `|${'---|'.repeat(shown.length + 2)}`,
    ...[...routes]
      .sort((a, b) => (a.path === b.path ? a.method.localeCompare(b.method) : a.path < b.path ? -1 : 1))
      .map((route) => row([short(route), mark(route), ...shown.map((caller) => verdict(route, caller))])),
  ].join('\n')
}
