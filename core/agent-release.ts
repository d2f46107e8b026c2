/**
 * The agent as stations get it from this core: the tarball that the build has made, its checksum, and the installer.
 * @module
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

export interface Release {
  readonly tarball: Buffer
  /** SHA-256 of the tarball, hex. */
  readonly sha256: string
  /** The shell script, with this core's address still to be filled in. */
  readonly installer: string
}

const ORIGIN = '@ORIGIN@'

/** Read once and then kept, so that installer and tarball fit together even while a new one is being built. */
export class AgentRelease {
  #release: Promise<Release | null> | null = null

  constructor(private readonly folder: string) {}

  /** Null when the build has made none; it is looked for again the next time. */
  async load(): Promise<Release | null> {
    this.#release ??= this.#read()
    const release = await this.#release.catch((error: unknown) => {
      this.#release = null
      throw error
    })
    if (release === null) this.#release = null
    return release
  }

  async #read(): Promise<Release | null> {
    try {
      const [tarball, installer] = await Promise.all([
        readFile(path.join(this.folder, 'talos-agent.tgz')),
        readFile(path.join(this.folder, 'install.sh'), 'utf8'),
      ])
      return { tarball, installer, sha256: createHash('sha256').update(tarball).digest('hex') }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }
}

/** The installer for stations of the core at `publicUrl`. It stands between single quotes of a shell. */
export const installerFor = ({ installer }: Release, publicUrl: string): string =>
  installer.replaceAll(ORIGIN, publicUrl.replaceAll("'", "'\\''"))

/** The line for a machine without Talos. */
export const installCommand = (publicUrl: string, enrollUrl: string): string =>
  `curl -fsSL ${publicUrl}/agent/install.sh | sudo sh -s -- '${enrollUrl}'`
