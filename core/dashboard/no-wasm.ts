/** Stands in for the WebAssembly engine of satellite.js (see vite.config.ts), whose modules are imported and never run. */
export default function noWasm(): never {
  throw new Error('the dashboard propagates in JavaScript')
}
