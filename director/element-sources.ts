/**
 * Elements, transmitters and the fate of satellites from outside. When an address may be asked core says, so that it is
 * asked once for all directors.
 * @module
 */
import type { ElementSource, SourceLooked } from '../shared/api/sources.js'
import { TalosError } from '../shared/errors.js'
import type { Omm } from '../shared/messages.js'
import { parseElements } from '../shared/orbit/elements.js'
import type { Clock } from '../shared/time.js'
import type { Log } from './bus.js'
import type { CoreClient } from './core-client.js'
import { satellitesFrom, tleTextFrom, transmittersFrom } from './satnogs.js'
import { type FetchOptions, fetchSource } from './source-fetch.js'

/** Sets in one request to core: well below its body limit at some 450 bytes each. */
const CHUNK = 2000
const LONGEST_RESULT = 300

export interface SourceOptions extends FetchOptions {
  /** Origin of CelesTrak, or of a mirror. */
  readonly celestrakUrl: string
  /** Origin of SatNOGS DB, or of a mirror. */
  readonly satnogsUrl: string
}

/** The address that a source is asked at. */
export function addressOf(
  { kind, target }: Pick<ElementSource, 'kind' | 'target'>,
  { celestrakUrl, satnogsUrl }: Pick<SourceOptions, 'celestrakUrl' | 'satnogsUrl'>,
): string {
  switch (kind) {
    case 'celestrak':
      return `${celestrakUrl}/NORAD/elements/gp.php?GROUP=${target}&FORMAT=json`
    case 'satnogs':
      return `${satnogsUrl}/api/${target}/?format=json`
    case 'url':
      return target
  }
}

type Sources = Pick<
  CoreClient,
  'sources' | 'claimSource' | 'sourceLooked' | 'importElements' | 'replaceTransmitters' | 'replaceCatalogue'
>

/** Tells core about what sources have; what it is worth core judges. */
export class ElementSources {
  constructor(
    private readonly core: Sources,
    private readonly options: SourceOptions,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Looks at every source that is due. What a source does is reported to core; one whose report fails stops no other.
   * @throws TalosError when core does not list them
   */
  async check(): Promise<void> {
    for (const source of await this.core.sources()) {
      const isDue = source.look === null || Date.parse(source.look.nextAt) <= this.clock.now()
      if (!source.enabled || !isDue) continue
      try {
        await this.look(source)
      } catch (error) {
        this.log.warn({ source: source.target, err: error }, 'a look at a source could not be reported')
      }
    }
  }

  private async look(source: ElementSource): Promise<void> {
    const url = addressOf(source, this.options)
    const claim = await this.core.claimSource(source.id, url)
    if (!claim.claimed) return
    const looked = await this.askAndTell(source, url, claim)
    const { outcome, result } = looked
    this.log[outcome === 'refused' ? 'warn' : 'info']({ url, outcome, result }, 'looked at a source')
    await this.core.sourceLooked(source.id, { ...looked, result: oneLine(result) })
  }

  private async askAndTell(
    source: ElementSource,
    url: string,
    { etag, lastModified }: { readonly etag: string | null; readonly lastModified: string | null },
  ): Promise<SourceLooked> {
    const before = { url, etag, lastModified }
    const fetched = await fetchSource(url, before, this.options)
    if (!fetched.ok) {
      const { outcome, result, retryAfterS } = fetched
      return { ...before, outcome, result, retryAfterS }
    }
    try {
      const result = `${await this.tell(source, fetched.text)}${fetched.note}`
      const now = { url, etag: fetched.etag, lastModified: fetched.lastModified }
      return { ...now, outcome: 'changed', result, retryAfterS: null }
    } catch (error) {
      if (!(error instanceof TalosError)) throw error
      // What was not taken is asked for again, whole.
      return { ...before, outcome: 'failed', result: error.detail, retryAfterS: null }
    }
  }

  /** Returns in words what it brought. @throws TalosError when it brought nothing */
  private async tell(source: ElementSource, text: string): Promise<string> {
    const { kind, target } = source
    if (kind === 'satnogs' && target === 'transmitters') {
      const { items, skipped } = transmittersFrom(text)
      if (items.length === 0) throw noneIn(text)
      const { changed, removed } = await this.core.replaceTransmitters('satnogs', items)
      return `${items.length} transmitters, ${changed} new or changed, ${removed} gone, ${skipped} not usable`
    }
    if (kind === 'satnogs' && target === 'satellites') {
      const { items, skipped } = satellitesFrom(text)
      if (items.length === 0) throw noneIn(text)
      const { changed, removed } = await this.core.replaceCatalogue('satnogs', items)
      return `${items.length} satellites, ${changed} new or changed, ${removed} gone, ${skipped} not usable`
    }
    return await this.tellElements(nameOf(source), kind === 'satnogs' ? tleTextFrom(text) : text)
  }

  private async tellElements(name: string, text: string): Promise<string> {
    const parsed = parseElements(text)
    const { elements } = parsed
    if (elements.length === 0) throw noneIn(text)
    let imported = 0
    let refused = parsed.refused.length
    for (let i = 0; i < elements.length; i += CHUNK) {
      const part: Omm[] = elements.slice(i, i + CHUNK)
      const answer = await this.core.importElements(name, JSON.stringify(part))
      imported += answer.imported
      refused += answer.refused.length
    }
    return `${imported} new, ${refused} refused, of ${elements.length + parsed.refused.length}`
  }
}

/** As core takes it: what a source said may hold anything. */
const oneLine = (text: string) => text.slice(0, LONGEST_RESULT).replace(/[\p{Cc}\p{Cs}]+/gu, ' ')

/** What is written beside each set. */
const nameOf = ({ kind, target }: ElementSource): string =>
  (kind === 'url' ? `url:${new URL(target).host}` : `${kind}:${target}`).slice(0, 100)

const noneIn = (text: string) =>
  new TalosError(
    'elements_unavailable',
    `there is nothing usable in the answer: ${JSON.stringify(text.slice(0, 80))}`,
  )
