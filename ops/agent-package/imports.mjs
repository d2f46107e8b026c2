/**
 * What a compiled program needs: its own files and its packages, found by reading its import statements.
 * @module
 */
import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'
import { parseSync } from 'vite'

/** `@scope/name/part` -> `@scope/name`. */
const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

const isBuiltin = (specifier) => specifier.startsWith('node:') || builtinModules.includes(specifier)

/**
 * What one file imports and exports from, statically and dynamically.
 *
 * @param {string} file
 * @param {string} source
 * @returns {string[]}
 * @throws {Error} at an import whose target is computed: nobody could say what it needs
 */
export function importsOf(file, source) {
  const { module, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`)
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) => {
    const literal = /^'([^']*)'$|^"([^"]*)"$/.exec(source.slice(start, end))
    if (literal === null)
      throw new Error(`${file} imports ${source.slice(start, end)}, which only shows at run time`)
    return literal[1] ?? literal[2]
  })
  const exported = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => (moduleRequest === null ? [] : [moduleRequest.value])),
  )
  return [...module.staticImports.map(({ moduleRequest }) => moduleRequest.value), ...exported, ...dynamic]
}

/**
 * Follows the imports from one compiled file.
 *
 * @param {string} entry
 * @returns {{ files: string[], packages: string[] }} absolute paths and names of packages, sorted
 */
export function traceImports(entry) {
  const files = new Set()
  const packages = new Set()
  const open = [path.resolve(entry)]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue
    files.add(file)
    for (const specifier of importsOf(file, readFileSync(file, 'utf8'))) {
      if (specifier.startsWith('.')) open.push(path.resolve(path.dirname(file), specifier))
      else if (!isBuiltin(specifier)) packages.add(packageOf(specifier))
    }
  }
  return { files: [...files].sort(), packages: [...packages].sort() }
}
