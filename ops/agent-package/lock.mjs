/**
 * The part of our package-lock.json that a few packages stand for: themselves and all that they depend on, at the
 * versions and with the integrity hashes that we have tested.
 * @module
 */

/** Where `name` is found by a package at `from` ('' is the root), as Node looks: beside it, then further up. */
function resolve(packages, from, name) {
  for (let at = from; ; ) {
    const key = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (packages[key] !== undefined) return key
    if (at === '') return null
    const cut = at.lastIndexOf('/node_modules/')
    at = cut === -1 ? '' : at.slice(0, cut)
  }
}

/** An entry of the lock without what says that it was for development, or optional, in our own package. */
function entryOf({ dev, devOptional, optional, peer, ...entry }) {
  return entry
}

/**
 * @param {{ packages: Record<string, object> }} lock our package-lock.json
 * @param {{ name: string, version: string, dependencies: Record<string, string> }} manifest of the smaller package
 * @returns {object} its lock
 * @throws {Error} when a package is missing from ours
 */
export function subLock(lock, manifest) {
  const found = new Map()
  const walk = (from, name, isOptional) => {
    const key = resolve(lock.packages, from, name)
    if (key === null) {
      if (isOptional) return
      throw new Error(`${from || manifest.name} needs ${name}, which package-lock.json does not have`)
    }
    if (found.has(key)) return
    const entry = lock.packages[key]
    found.set(key, entryOf(entry))
    for (const next of Object.keys(entry.dependencies ?? {})) walk(key, next, false)
    for (const next of Object.keys(entry.optionalDependencies ?? {})) walk(key, next, true)
    for (const next of Object.keys(entry.peerDependencies ?? {}))
      walk(key, next, entry.peerDependenciesMeta?.[next]?.optional === true)
  }
  for (const name of Object.keys(manifest.dependencies)) walk('', name, false)
  const { name, version } = manifest
  const packages = Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
  return { name, version, lockfileVersion: 3, requires: true, packages: { '': manifest, ...packages } }
}
