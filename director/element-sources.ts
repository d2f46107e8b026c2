/**
 * Elements from outside: CelesTrak GP groups, fetched conditionally and rarely, and a local file.
 * @module
 */
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import type { Clock } from '../shared/time.js'
import type { Log } from './bus.js'
import type { CoreClient } from './core-client.js'

/** CelesTrak's largest group is some 12 MB of OMM JSON. */
const MOST_BYTES = 40_000_000
/** As core keeps it. */
const LONGEST_ETAG = 200
const FETCH_TIMEOUT_MS = 30_000
/** Sets in one request to core: well below its body limit at some 450 bytes each. */
const CHUNK = 2000

export interface SourceOptions {
  readonly celestrakUrl: string
  /** Shortest time between two looks at one source, ms: CelesTrak blocks those who ask more often. */
  readonly everyMs: number
  readonly file: string | null
}

const setsSchema = z.array(z.looseObject({ OBJECT_NAME: z.string() })).max(200_000)

/** Tells core about elements; what they are worth core judges. */
export class ElementSources {
  private fileStamp = ''

  constructor(
    private readonly core: CoreClient,
    private readonly options: SourceOptions,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Looks at every source that is due. Never throws: a source that fails is reported to core and tried later. */
  async check(): Promise<void> {
    await this.checkFile()
    for (const source of await this.core.sources()) {
      const checked = source.checkedAt === null ? 0 : Date.parse(source.checkedAt)
      if (!source.enabled || this.clock.now() - checked < this.options.everyMs) continue
      let outcome: { etag: string | null; result: string }
      try {
        outcome = await this.fetchGroup(source.group, source.etag)
      } catch (error) {
        outcome = { etag: source.etag, result: error instanceof Error ? error.message : String(error) }
      }
      this.log.info({ group: source.group, result: outcome.result }, 'looked for elements at CelesTrak')
      await this.core.sourceChecked(source.id, { etag: outcome.etag, result: outcome.result.slice(0, 300) })
    }
  }

  private async fetchGroup(
    group: string,
    etag: string | null,
  ): Promise<{ etag: string | null; result: string }> {
    const url = `${this.options.celestrakUrl}/NORAD/elements/gp.php?GROUP=${group}&FORMAT=json`
    const response = await fetch(url, {
      headers: etag === null ? {} : { 'if-none-match': etag },
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    })
    if (response.status === 304) return { etag, result: 'not changed' }
    if (!response.ok) return { etag, result: `CelesTrak answered ${response.status}` }
    const text = await response.text()
    if (text.length > MOST_BYTES)
      return { etag, result: `the answer is too large: ${text.length} characters` }
    let body: unknown
    try {
      body = JSON.parse(text)
    } catch {
      return { etag, result: `the answer is not JSON: ${JSON.stringify(text.slice(0, 80))}` }
    }
    const sets = setsSchema.safeParse(body)
    if (!sets.success) return { etag, result: 'the answer is no list of element sets' }
    let imported = 0
    let refused = 0
    for (let i = 0; i < sets.data.length; i += CHUNK) {
      const answer = await this.core.importElements(
        `celestrak:${group}`,
        JSON.stringify(sets.data.slice(i, i + CHUNK)),
      )
      imported += answer.imported
      refused += answer.refused.length
    }
    const tag = response.headers.get('etag')
    return {
      // One that core would not keep must not fail the report, or the source would be asked again and again.
      etag: tag !== null && tag.length <= LONGEST_ETAG ? tag : null,
      result: `${imported} new, ${refused} refused, of ${sets.data.length}`,
    }
  }

  private async checkFile(): Promise<void> {
    const { file } = this.options
    if (file === null) return
    try {
      const { mtimeMs, size } = await stat(file)
      const stamp = `${mtimeMs}:${size}`
      if (stamp === this.fileStamp) return
      const answer = await this.core.importElements(
        `file:${file}`.slice(0, 100),
        await readFile(file, 'utf8'),
      )
      this.fileStamp = stamp
      this.log.info(
        { file, imported: answer.imported, unchanged: answer.unchanged, refused: answer.refused.length },
        'read elements from a file',
      )
      for (const r of answer.refused) this.log.warn(r, 'an element set of the file was refused')
    } catch (error) {
      this.log.warn({ file, err: error }, 'elements could not be read from the file')
    }
  }
}
