/**
 * From the schema of a body, as the API describes itself, the values that do not fit it.
 * @module
 */

/** As much of JSON Schema as our OpenAPI document uses. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema | readonly Schema[]
  readonly prefixItems?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly maxItems?: number
}

/** A body that is wrong in the field of `pointer` (and perhaps lacks others). */
export interface WrongBody {
  readonly pointer: string
  readonly why: string
  readonly body: unknown
}

/** Stands for 1e400, which JSON can say and `JSON.stringify` cannot. */
export const HUGE = '@@1e400@@'
/** The text of a body, with the numbers that only JSON has. */
export const jsonText = (body: unknown): string => JSON.stringify(body).replaceAll(`"${HUGE}"`, '1e400')

/** The largest string that is sent to see whether there is a limit at all (A41). */
const LONG = 5000

const SAMPLES: readonly (readonly [string, unknown])[] = [
  ['string', 'abc'],
  ['number', 12.5],
  ['boolean', true],
  ['array', []],
  ['object', {}],
  ['null', null],
]

const variantsOf = (schema: Schema): readonly Schema[] => schema.oneOf ?? schema.anyOf ?? [schema]

function typesOf(schema: Schema): Set<string> {
  const types = variantsOf(schema).flatMap((variant) =>
    variant === schema
      ? [schema.type ?? (schema.enum ?? [schema.const]).map(jsonType)].flat()
      : [...typesOf(variant)],
  )
  return new Set(types.map((type) => (type === 'integer' ? 'number' : type)))
}

function jsonType(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function wrongStrings(schema: Schema): [string, unknown][] {
  const patterns = [schema, ...(schema.allOf ?? [])].flatMap((part) => part.pattern ?? [])
  const noise = ['ÿ/ %', '', '\u0007']
  const misfit = noise.find((text) => patterns.some((pattern) => !new RegExp(pattern, 'u').test(text)))
  if (schema.enum !== undefined || schema.const !== undefined)
    return [
      ['not in the list', 'no-such-thing'],
      ['of a prototype', 'constructor'],
    ]
  return [
    ['too long', 'a'.repeat((schema.maxLength ?? LONG - 1) + 1)],
    ['with a NUL', 'abc\0defgh'],
    ['with half a character', 'abcdefgh\ud800'],
    ...(misfit === undefined ? [] : [['not of the form', misfit] as [string, unknown]]),
  ]
}

function wrongNumbers(schema: Schema): [string, unknown][] {
  const high = schema.maximum ?? schema.exclusiveMaximum
  const low = schema.minimum ?? schema.exclusiveMinimum
  return [
    ['infinite', HUGE],
    ...(high === undefined ? [] : [['too high', high + 1] as [string, unknown]]),
    ...(low === undefined ? [] : [['too low', low - 1] as [string, unknown]]),
    ...(schema.type === 'integer' ? [['with a fraction', (low ?? 0) + 0.5] as [string, unknown]] : []),
  ]
}

/** Every field of a schema, each wrong in every way that its schema forbids. */
export function* wrongBodies(schema: Schema): Generator<WrongBody> {
  yield* wrongAt(schema, '', (value) => value)
}

function* wrongAt(schema: Schema, pointer: string, wrap: (value: unknown) => unknown): Generator<WrongBody> {
  const types = typesOf(schema)
  const wrong = (why: string, value: unknown) => ({ pointer, why, body: wrap(value) })
  // The whole body is another test's: what is not an object there has no field to name.
  if (pointer !== '')
    for (const [type, value] of SAMPLES)
      if (!types.has(type)) yield wrong(`${type} in place of ${[...types]}`, value)
  for (const variant of variantsOf(schema)) {
    const isType = (type: string) => [variant.type].flat().includes(type)
    if (isType('string')) for (const [why, value] of wrongStrings(variant)) yield wrong(why, value)
    if (isType('number') || isType('integer'))
      for (const [why, value] of wrongNumbers(variant)) yield wrong(why, value)
    if (isType('array')) yield* wrongItems(variant, pointer, wrap)
    if (isType('object')) yield* wrongFields(variant, pointer, wrap)
  }
}

function* wrongItems(
  schema: Schema,
  pointer: string,
  wrap: (value: unknown) => unknown,
): Generator<WrongBody> {
  const { maxItems, items, prefixItems } = schema
  if (maxItems !== undefined && maxItems <= 5000)
    yield { pointer, why: 'too many', body: wrap(Array.from({ length: maxItems + 1 }, () => null)) }
  const item = prefixItems?.[0] ?? (Array.isArray(items) ? items[0] : items)
  if (item !== undefined) yield* wrongAt(item as Schema, `${pointer}/0`, (value) => wrap([value]))
}

function* wrongFields(
  schema: Schema,
  pointer: string,
  wrap: (value: unknown) => unknown,
): Generator<WrongBody> {
  const properties = Object.entries(schema.properties ?? {})
  // What names the variant of a union must be right for the others to be looked at.
  const named = properties.flatMap(([key, field]) =>
    field.const !== undefined ? [[key, field.const]] : field.enum?.length === 1 ? [[key, field.enum[0]]] : [],
  )
  const base = Object.fromEntries(named)
  yield { pointer: `${pointer}/unheardOf`, why: 'unknown field', body: wrap({ ...base, unheardOf: 1 }) }
  for (const [key, field] of properties)
    yield* wrongAt(field, `${pointer}/${key}`, (value) => wrap({ ...base, [key]: value }))
}

/** Does a body without any field fit? Then an absent one may, too. */
export const isEmptyAllowed = (schema: Schema): boolean =>
  variantsOf(schema).some((variant) => variant.type === 'object' && (variant.required ?? []).length === 0)
