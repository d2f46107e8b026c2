/**
 * Orbit Mean-Elements Messages as XML (CCSDS 505.0-B-3): one `omm`, or several in one `ndm`.
 * @module
 */
import { XMLParser } from 'fast-xml-parser'
import { TalosError } from '../errors.js'

/** Tags inside tags; an `ndm` of CCSDS has seven. */
const DEEPEST = 20

const refuse = (why: string, cause?: unknown) =>
  new TalosError('elements_invalid', `The elements are no OMM in XML: ${why}.`, { cause })

/** A tree of tags as the parser has it. */
type Tree = { readonly [tag: string]: unknown }

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** All that is `value`, one or several. */
const several = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

/** Keywords and their values at any depth. One that comes twice is kept as a list, which is no value for anything. */
function* keywords(tree: Tree): Generator<[string, unknown]> {
  for (const [tag, value] of Object.entries(tree))
    if (isTree(value)) yield* keywords(value)
    else if (value !== '') yield [tag, value]
}

/**
 * One record of keywords for each message.
 * @throws TalosError `elements_invalid` when the text is no well-formed XML, or no OMM, or defines entities of its own
 */
export function recordsFromXml(text: string): Record<string, unknown>[] {
  // Without a document type there are no entities but the five of XML: nothing to expand, nothing to fetch.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw refuse('a document type is not taken')
  const parser = new XMLParser({
    ignoreAttributes: true,
    parseTagValue: false,
    maxNestedTags: DEEPEST,
    processEntities: true,
  })
  let root: unknown
  try {
    root = parser.parse(text, true)
  } catch (cause) {
    throw refuse((cause as Error).message, cause)
  }
  const messages = isTree(root)
    ? [
        ...several(root['omm']),
        ...several(root['ndm']).flatMap((ndm) => (isTree(ndm) ? several(ndm['omm']) : [])),
      ]
    : []
  if (messages.length === 0) throw refuse('there is no <omm>')
  return messages.map((message) => (isTree(message) ? Object.fromEntries(keywords(message)) : {}))
}
