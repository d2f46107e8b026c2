/**
 * Bodies for attacks, made from the schemas of the OpenAPI document: one that fits more or less, and what becomes of it
 * when one of its places is given something else.
 * @module
 */

/** As much of JSON Schema as the document uses. */
export interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly prefixItems?: readonly Schema[]
  readonly minItems?: number
  readonly minLength?: number
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly default?: unknown
}

const OF_FORMAT: Readonly<Record<string, string>> = {
  email: 'a@example.org',
  'date-time': '2030-01-01T00:00:00.000Z',
  uri: 'https://example.org/',
}

/** Something that the schema takes, or nearly: texts with a pattern are only as long as they must be. */
export function sample(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum !== undefined) return schema.enum[0]
  const branch = schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? schema.allOf?.[0]
  if (branch !== undefined) return sample(branch)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, sample(inner)]),
      )
    case 'array':
      if (schema.prefixItems !== undefined) return schema.prefixItems.map(sample)
      return Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () => sample(schema.items ?? {}))
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return OF_FORMAT[schema.format ?? ''] ?? 'a'.repeat(Math.max(schema.minLength ?? 1, 8))
  }
}

type Path = readonly (string | number)[]

/** Every place of a value: the whole, its fields, theirs. */
export function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))]
}

/** The value as JSON, with other JSON at one place. */
export function withAt(value: unknown, path: Path, json: string): string {
  const [key, ...rest] = path
  if (key === undefined) return json
  if (Array.isArray(value))
    return `[${value.map((item, i) => (String(i) === key ? withAt(item, rest, json) : JSON.stringify(item))).join()}]`
  const fields = Object.entries((value ?? {}) as object).map(
    ([name, item]) =>
      `${JSON.stringify(name)}:${name === key ? withAt(item, rest, json) : JSON.stringify(item)}`,
  )
  return `{${fields.join()}}`
}
