import { defineConfig } from 'vite'

const here = (path: string): string => new URL(path, import.meta.url).pathname

export default defineConfig({
  root: here('.'),
  base: '/',
  resolve: {
    // satellite.js brings an engine in WebAssembly along, which the content policy forbids and nothing here uses.
    alias: [{ find: /^#wasm-(single|multi)-thread$/, replacement: here('no-wasm.ts') }],
  },
  build: {
    outDir: '../../build/dashboard',
    emptyOutDir: true,
    // A43: every asset is a file of its own; nothing is inlined as a data: address but what the policy allows.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // light-dark() and the nesting of CSS stay as they are written.
    target: ['chrome123', 'firefox120', 'safari17.5'],
  },
})
