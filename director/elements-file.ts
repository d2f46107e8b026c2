/**
 * A local file of elements, given to core at start and whenever it changes.
 * @module
 */
import { readFile, stat } from 'node:fs/promises'
import type { Log } from './bus.js'
import type { CoreClient } from './core-client.js'

export class ElementsFile {
  private stamp = ''

  constructor(
    private readonly core: Pick<CoreClient, 'importElements'>,
    private readonly file: string | null,
    private readonly log: Log,
  ) {}

  /** Never throws: a file that cannot be read is reported, and read when it can be. */
  async check(): Promise<void> {
    const { file } = this
    if (file === null) return
    try {
      const { mtimeMs, size } = await stat(file)
      const stamp = `${mtimeMs}:${size}`
      if (stamp === this.stamp) return
      const answer = await this.core.importElements(
        `file:${file}`.slice(0, 100),
        await readFile(file, 'utf8'),
      )
      this.stamp = stamp
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
