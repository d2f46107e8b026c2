/**
 * Who did it, in a word or two. Ids are for machines; people see names where there are any.
 * @module
 */

export interface Known {
  /** The id of the person who looks. */
  readonly me: string
  /** Names by id, of stations. */
  readonly nameOf: (id: string) => string | undefined
}

const PROGRAMS: Readonly<Record<string, string>> = {
  svc_director: 'the director',
  system: 'Talos',
  anonymous: 'somebody not signed in',
}

/** Long ids and hashes are cut: their first digits tell two of them apart. */
export const shortId = (id: string): string => (/^[0-9a-f-]{20,}$/.test(id) ? id.slice(0, 8) : id)

export const actorText = (actor: string, { me, nameOf }: Known): string =>
  PROGRAMS[actor] ?? (actor === me ? 'you' : (nameOf(actor) ?? shortId(actor)))
