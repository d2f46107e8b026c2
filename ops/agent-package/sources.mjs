/**
 * What the agent's tarball is made of; apart from how, so that a build with nothing to do loads nothing for it.
 * @module
 */
import { readdirSync } from 'node:fs'
import path from 'node:path'

/** Where they lie with us -> where in the package. */
export const BESIDE = {
  'agent/agent.example.jsonc': 'agent/agent.example.jsonc',
  'ops/station/talos.mjs': 'bin/talos.mjs',
  'ops/station/talos-agent.service': 'talos-agent.service',
  'ops/station/README.md': 'README.md',
  LICENSE: 'LICENSE',
}
export const INSTALLER = 'ops/station/install.sh'

/** The folders and files of which the tarball is made; the rest of the repository does not change it. */
export function agentSources(root) {
  const folders = ['build/agent', 'build/shared', 'build/ops', 'ops/agent-package']
  const inFolders = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.m?js$/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name)),
  )
  const files = [...Object.keys(BESIDE), INSTALLER, 'package.json', 'package-lock.json']
  return [...inFolders, ...files.map((file) => path.join(root, file))]
}
