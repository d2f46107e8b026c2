import t from 'tap'
import { isErrorCode } from '../../shared/errors.js'
import { type Answer, ApiClient } from '../support/client.js'
import { ORG, type TestCore, testCore } from '../support/core.js'
import { MOUNT } from '../support/mounts.js'
import { isEmptyAllowed, jsonText, type Schema, wrongBodies } from './wrong-values.js'

interface Parameter {
  readonly in: 'path' | 'query'
  readonly name: string
  readonly schema: Schema
}

interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As in the document, `/api/v1/...{id}`. */
  readonly path: string
  readonly permission: string
  readonly parameters: readonly Parameter[]
  readonly body: Schema | null
}

t.setTimeout(240_000)

/** Nobody waits longer than this for a refusal; the slowest are those of a body of megabytes. */
const HANG_MS = 10_000
/** More fields are not told (core/http/validation.ts). */
const MAX_ERRORS = 20
/** What must not be seen from outside: names of our parts, of files, of the database. */
const INSIDE = /prisma|postgres|node_modules|\.js:\d|at Object\.|SELECT |ECONN/i
const UNKNOWN_ID = 'nobody-000000000001'
/** A satellite's is a number; nothing has this one. */
const UNKNOWN_SATELLITE = '999999999'

function operationsOf(document: { paths: Record<string, Record<string, never>> }): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Record<string, never>>).map(([method, operation]) => ({
      method: method.toUpperCase() as Operation['method'],
      path,
      permission: operation['x-required-permission'] ?? '',
      parameters: operation['parameters'] ?? [],
      body: operation['requestBody']?.['content']?.['application/json']?.['schema'] ?? null,
    })),
  )
}

/** Marked with a permission that an owner has, and yet for the director only. */
const SERVICE_ONLY = /\/elements\/sources\/\{id\}\/(claim|looked)$|\/transmitters$|\/catalogue$/
const isDirectors = ({ permission, path, method }: Operation) =>
  permission === 'trigger_passes' ||
  (SERVICE_ONLY.test(path) && (method === 'PUT' || path.includes('/sources/')))

/** Asks as whoever may: the owner, or whose it is, the director or a station. Each time from another address. */
class Asker {
  #requests = 0

  constructor(
    readonly core: TestCore,
    readonly stationKey: string,
  ) {}

  /** With `query` in the address and `body` as it is. */
  async ask(operation: Operation, more: { ids?: string; query?: string; body?: string; type?: string } = {}) {
    const unknown = operation.path.includes('/satellites/') ? UNKNOWN_SATELLITE : UNKNOWN_ID
    const { ids = unknown, query = '', body, type = 'application/json' } = more
    const path = operation.path.replace('{org}', ORG).replaceAll(/\{\w+\}/g, ids)
    const headers = body === undefined ? {} : { 'content-type': type }
    return await inTime(this.#client(operation).api(operation.method, `/${path}${query}`, body, headers))
  }

  #client(operation: Operation): ApiClient {
    const { core } = this
    const n = this.#requests++
    const address = `10.${64 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
    const common = { app: core.app, address }
    if (isDirectors(operation)) return new ApiClient({ ...common, ...core.director().options, address })
    if (operation.permission === 'station') return new ApiClient({ ...common, bearer: this.stationKey })
    const client = new ApiClient({ ...common, origin: core.url })
    for (const [name, value] of core.owner.cookies) client.cookies.set(name, value)
    return client
  }
}

async function inTime(answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${HANG_MS} ms`)), HANG_MS)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/** What is wrong with an answer that should be a refusal; null when it is one. */
function faultOf({ status, body, headers }: Answer, pointer?: string): string | null {
  const said = `${status} ${JSON.stringify(body).slice(0, 300)}`
  if (status < 400 || status >= 500) return said
  if (!String(headers['content-type']).startsWith('application/problem+json'))
    return `no problem+json: ${said}`
  if (!isErrorCode(body.code) || body.status !== status || body.type !== `urn:talos:error:${body.code}`)
    return `not a problem of ours: ${said}`
  if (typeof body.detail !== 'string' || body.detail === '' || INSIDE.test(body.detail))
    return `detail: ${said}`
  if (pointer === undefined || body.code === 'payload_too_large') return null
  const errors: { pointer: string }[] = body.errors ?? []
  const isNamed = errors.some((error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`))
  return isNamed || errors.length === MAX_ERRORS ? null : `${pointer} is not named: ${said}`
}

const nameOf = ({ method, path }: Operation) => `${method} ${path}`

/** The key of a station that has just joined. */
async function joined({ owner, browser }: TestCore): Promise<string> {
  const created = await owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'Roof' })
  const { body } = await browser().api('POST', '/enroll', {
    ...{ token: created.body.enrollUrl.split('#')[1], nonce: 'nonce-of-bad-input-1', mount: MOUNT },
    agent: { version: '0.1.0', hostname: 'pi', platform: 'linux' },
  })
  return body.grant.key
}

const core = await testCore(t)
const asker = new Asker(core, await joined(core))
const operations = operationsOf((await core.owner.api('GET', '//api/openapi.json')).body)

/** Errors that core has logged since it was asked the last time: a bad request is no error of core. */
function brokenInside(): unknown[] {
  return core.logged.splice(0).filter((line) => Number(line['level']) >= 50)
}

t.test(
  'A1 A41: no route takes a body that does not fit, and each names the field that is wrong',
  async (t) => {
    const withBody = operations.filter(({ body }) => body !== null)
    t.ok(withBody.length > 20, `${withBody.length} routes take a body`)
    for (const operation of withBody) {
      const faults: string[] = []
      let tried = 0
      for (const { pointer, why, body } of wrongBodies(operation.body ?? {})) {
        tried++
        const fault = faultOf(await asker.ask(operation, { body: jsonText(body) }), pointer)
        if (fault !== null) faults.push(`${pointer} ${why}: ${fault}`)
      }
      t.same(faults, [], `${nameOf(operation)}: ${tried} wrong fields`)
    }
    t.same(brokenInside(), [], 'nothing broke inside')
  },
)

t.test(
  'A1: a body that is no object, no JSON, too large or too deep is refused by every route',
  async (t) => {
    const deep = (open: string, middle: string, close: string, times: number) =>
      open.repeat(times) + middle + close.repeat(times)
    const bodies: Record<string, string> = {
      ...{ null: 'null', empty: '', array: '[]', string: '"abc"', number: '5', boolean: 'true' },
      ...{ 'half of JSON': '{"name":', 'no JSON': 'name=abc', 'two values': '{} {}', BOM: '\ufeff' },
      'prototype key': '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}',
      'deep arrays': deep('[', '', ']', 30_000),
      'deep objects': deep('{"a":', '1', '}', 10_000),
      'deep with an escape': deep('[', '"\\u0061"', ']', 30_000),
      'deep in a field': `{"name":${deep('[', '"\\u0061"', ']', 30_000)}}`,
      'too large': `{"name":"${'a'.repeat(9 * 1024 * 1024)}"}`,
    }
    for (const operation of operations.filter(({ body }) => body !== null)) {
      const faults: string[] = []
      const isOptional = isEmptyAllowed(operation.body ?? {})
      for (const [name, body] of Object.entries(bodies)) {
        if (isOptional && (name === 'null' || name === 'empty')) continue
        const fault = faultOf(await asker.ask(operation, { body }))
        if (fault !== null) faults.push(`${name}: ${fault}`)
      }
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        'application/xml',
      ]) {
        const answer = await asker.ask(operation, { body: '{}', type })
        if (answer.status !== 415) faults.push(`${type}: ${answer.status}`)
      }
      t.same(faults, [], nameOf(operation))
    }
    t.same(brokenInside(), [], 'nothing broke inside')
  },
)

t.test('A41: malformed ids in an address are refused by every route, and unknown ones too', async (t) => {
  const ids = [
    UNKNOWN_ID,
    ...[
      '%00',
      '%',
      '%F0%28',
      '%2e%2e',
      '%2F',
      '%0d%0aX:1',
      'A'.repeat(40),
      'a'.repeat(65),
      'a'.repeat(20_000),
    ],
    ...['abc', '-', "'%20OR%201=1--", '%F0%9F%9B%B0', 'constructor', '__proto__', '{id}', '+', '*', 'null'],
  ]
  for (const operation of operations.filter(({ path }) => /\{(?!org)/.test(path))) {
    const faults: string[] = []
    const body = operation.body === null ? {} : { body: '{}' }
    for (const id of ids) {
      const fault = faultOf(await asker.ask(operation, { ids: id, ...body }))
      if (fault !== null) faults.push(`${id.slice(0, 40)}: ${fault}`)
    }
    t.same(faults, [], nameOf(operation))
  }
  const { owner } = core
  for (const slug of ['nobody', '%00', '%', 'MAIN', 'main%2F', '__proto__', 'a'.repeat(500)])
    t.equal(faultOf(await owner.api('GET', `/orgs/${slug}/stations`)), null, slug.slice(0, 40))
  t.same(brokenInside(), [], 'nothing broke inside')
})

/** What does not fit a query parameter, by its schema. */
function wrongQueries({ name, schema }: Parameter): string[] {
  if (name === 'cursor')
    return [
      '!!!',
      btoa('["\\u0000","abcdefgh"]'),
      btoa('["abcdefgh\\ud800"]'),
      btoa('{}'),
      btoa('null'),
      btoa('["x"]'),
      btoa('[1,2,3]'),
      'a'.repeat(201),
    ]
  const type = [schema.type].flat()[0]
  if (type === 'integer' || type === 'number')
    return ['abc', '-1', '1.5', '1e9', 'NaN', 'Infinity', '0x10000', String((schema.maximum ?? 1e9) + 1)]
  const patterns = [schema, ...(schema.allOf ?? [])].flatMap((part) => part.pattern ?? [])
  return [
    encodeURIComponent('ÿ'.repeat((schema.maxLength ?? 5000) + 1)),
    '%00',
    ...(patterns.length > 0 ? ['%07'] : []),
    ...(schema.enum === undefined ? [] : ['no-such-thing', 'constructor']),
    ...(/^(from|to)$/.test(name)
      ? ['yesterday', '2026-13-45T00:00:00.000Z', '99999-01-01T00:00:00.000Z', '0']
      : []),
    ...(name === 'open' ? ['maybe', '2'] : []),
  ]
}

t.test('A41: malformed queries are refused by every list, and the parameter is named', async (t) => {
  for (const operation of operations.filter(({ method }) => method === 'GET')) {
    const faults: string[] = []
    const queries = operation.parameters.filter((parameter) => parameter.in === 'query')
    for (const parameter of queries) {
      const { name } = parameter
      const wrong = [...wrongQueries(parameter).map((value) => `${name}=${value}`), `${name}=1&${name}=2`]
      for (const query of wrong) {
        const fault = faultOf(await asker.ask(operation, { query: `?${query}` }), `/${name}`)
        if (fault !== null) faults.push(`${query.slice(0, 60)}: ${fault}`)
      }
    }
    if (queries.length > 0)
      for (const name of ['unheardOf', '__proto__', `${queries[0]?.name}[a]`]) {
        const fault = faultOf(await asker.ask(operation, { query: `?${encodeURIComponent(name)}=1` }))
        if (fault !== null) faults.push(`${name}: ${fault}`)
      }
    t.same(faults, [], nameOf(operation))
  }
  t.same(brokenInside(), [], 'nothing broke inside')
})

t.test('Element sets that are no element sets are refused one by one, however they are nested', async (t) => {
  const texts = {
    'deep arrays': '['.repeat(1_000_000),
    'deep objects': `${'{"a":'.repeat(500_000)}1${'}'.repeat(500_000)}`,
    'a list of lists': `[${'[],'.repeat(10_000)}[]]`,
    'numbers without end': `[{"NORAD_CAT_ID":1e400,"OBJECT_NAME":"X","MEAN_MOTION":1e400}]`,
    'two lines of nothing': `1 ${' '.repeat(66)}\n2 ${' '.repeat(66)}`,
    'binary noise': '\u0001\u0002\u0003'.repeat(1000),
  }
  for (const [name, text] of Object.entries(texts)) {
    const answer = await inTime(core.owner.api('POST', '/elements/import', { source: 'upload:x', text }))
    const isAllRefused = answer.status === 200 && answer.body.imported === 0 && answer.body.refused.length > 0
    t.equal(isAllRefused ? null : faultOf(answer), null, name)
  }
})
