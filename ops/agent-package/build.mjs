/**
 * The agent as one file for a station: what its command line imports, the packages that this needs, nothing else.
 * @module
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { traceImports } from './imports.mjs'
import { subLock } from './lock.mjs'
import { BESIDE, INSTALLER } from './sources.mjs'
import { tarGz } from './tar.mjs'
import { vendored } from './vendored.mjs'

export const TARBALL = 'talos-agent.tgz'
/** All paths in the archive begin with it. */
const TOP = 'talos-agent'
const ENTRY = 'build/ops/cli/agent-main.js'
/**
 * @param {string} root of the repository, built
 * @returns {{ manifest: object, files: { path: string, data: Buffer, isExecutable?: boolean }[] }}
 */
export function agentPackage(root) {
  const read = (file) => readFileSync(path.join(root, file))
  const readJson = (file) => JSON.parse(read(file).toString('utf8'))
  const ours = readJson('package.json')
  const { files, packages } = traceImports(path.join(root, ENTRY))
  const unknown = packages.filter((name) => ours.dependencies[name] === undefined)
  if (unknown.length > 0)
    throw new Error(`the agent imports ${unknown.join(', ')}, which is in no dependencies`)
  const manifest = {
    name: TOP,
    version: ours.version,
    description: 'The agent of a Talos ground station',
    license: ours.license,
    private: true,
    type: 'module',
    engines: ours.engines,
    bin: { talos: 'bin/talos.mjs' },
    dependencies: Object.fromEntries(packages.map((name) => [name, ours.dependencies[name]])),
  }
  const lock = subLock(readJson('package-lock.json'), manifest)
  const json = (value) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`)
  const keys = Object.keys(lock.packages).filter((key) => key !== '')
  return {
    manifest,
    files: [
      { path: 'package.json', data: json(manifest) },
      { path: 'npm-shrinkwrap.json', data: json(lock) },
      ...Object.entries(BESIDE).map(([from, to]) => ({
        path: to,
        data: read(from),
        isExecutable: to.startsWith('bin/'),
      })),
      ...files.map((file) => ({ path: path.relative(root, file), data: readFileSync(file) })),
      ...vendored(root, keys),
    ].map((file) => ({ ...file, path: `${TOP}/${file.path}` })),
  }
}

/** Whole or not at all: core may be reading. */
function write(folder, name, data) {
  const tmp = path.join(folder, `.${name}.${process.pid}`)
  writeFileSync(tmp, data)
  renameSync(tmp, path.join(folder, name))
}

/**
 * Writes the tarball, its checksum and the installer that checks it.
 *
 * @param {string} root of the repository, built
 * @param {string} folder
 * @returns {{ sha256: string, bytes: number }}
 */
export function buildAgent(root, folder) {
  const { manifest, files } = agentPackage(root)
  const tarball = tarGz(files)
  const sha256 = createHash('sha256').update(tarball).digest('hex')
  const installer = readFileSync(path.join(root, INSTALLER), 'utf8')
    .replaceAll('@VERSION@', manifest.version)
    .replaceAll('@SHA256@', sha256)
  mkdirSync(folder, { recursive: true })
  write(folder, TARBALL, tarball)
  write(folder, `${TARBALL}.sha256`, `${sha256}  ${TARBALL}\n`)
  write(folder, 'install.sh', installer)
  return { sha256, bytes: tarball.length }
}
