import { defineConfig, type Plugin } from 'vite'

const NOTHING = '\0no-wasm'

/**
 * satellite.js brings an engine in WebAssembly along, which the content policy forbids and nothing here runs. Its
 * modules are imported all the same; an empty one stands in for them.
 */
const withoutWasm: Plugin = {
  name: 'without-wasm',
  enforce: 'pre',
  resolveId: (id) => (/^#wasm-(single|multi)-thread$/.test(id) ? NOTHING : null),
  load: (id) => (id === NOTHING ? 'export default undefined' : null),
}

export default defineConfig({
  root: new URL('.', import.meta.url).pathname,
  base: '/',
  plugins: [withoutWasm],
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
