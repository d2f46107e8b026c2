/**
 * The files of the packages that the agent runs on, without what no station needs: types, maps, sources of what is
 * compiled, bundles for browsers, binaries for other systems.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Code, data, native code, and the licences under which we pass it on. */
const KEPT = /\.(js|cjs|mjs|json|node)$|(^|\/)(licen[cs]e|copying|notice)[^/]*$/i
const DROPPED = [
  /\.min\.js$/,
  /\.(d|spec|test)\.[cm]?js$/,
  /(^|\/)(tests?|__tests__|benchmarks?|bench|examples?|docs?|coverage|\.github)\//,
  /(^|\/)tsconfig[^/]*\.json$/,
  // MQTT.js for browsers.
  /^mqtt\/dist\/mqtt\.(esm\.)?js$/,
  // Debian and Raspberry Pi OS on x64, arm64 and armv7; glibc.
  /\/prebuilds\/(?!linux-(x64|arm64|arm)\/)/,
  /\/prebuilds\/.*musl/,
  /\/build-tmp-|\/binding\.gyp$/,
]

/**
 * @param {string} root folder that holds node_modules
 * @param {string[]} keys of packages in the lock, such as `node_modules/mqtt`
 * @returns {{ path: string, data: Buffer }[]}
 */
export function vendored(root, keys) {
  return keys
    .flatMap((key) => {
      const files = packageFiles(root, key)
      // Types alone: a package.json and no code.
      return files.some((file) => /\.([cm]?js|node)$/.test(file)) ? files : []
    })
    .map((file) => ({ path: file, data: readFileSync(path.join(root, file)) }))
}

/** Of one package; those nested in it have keys of their own. */
function packageFiles(root, key) {
  const name = key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const folder = path.join(root, key)
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('node_modules/') && KEPT.test(file))
    .filter((file) => DROPPED.every((pattern) => !pattern.test(`${name}/${file}`)))
    .map((file) => `${key}/${file}`)
}
