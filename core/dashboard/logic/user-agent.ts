/**
 * A browser's own name, short enough for a list.
 * @module
 */

// In this order: each later one also claims to be the earlier ones.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bFirefox\/(\d+)/, 'Firefox'],
  [/\bChrome\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+).*\bSafari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

/** `Firefox 140 on Linux`; the text itself, cut, when it is no browser that is known here. */
export function browserName(userAgent: string): string {
  const browser = BROWSERS.map(([form, name]) => ({ name, version: form.exec(userAgent)?.[1] })).find(
    (b) => b.version !== undefined,
  )
  if (browser === undefined) return userAgent.trim() === '' ? 'Unknown program' : userAgent.slice(0, 60)
  const system = SYSTEMS.find(([form]) => form.test(userAgent))?.[1]
  return `${browser.name} ${browser.version}${system === undefined ? '' : ` on ${system}`}`
}
