/**
 * What axe has against a page, and how it looks.
 * @module
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Finding {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** What axe finds serious or critical on the page as it stands, one line for each element. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const found = (await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  )) as Finding[]
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    )
}

/** Kept in the folder TALOS_PICTURES, for whoever wants to look at it. */
export async function picture(page: Page, name: string) {
  const folder = process.env['TALOS_PICTURES']
  if (folder !== undefined) await page.screenshot({ path: path.join(folder, `${name}.png`) })
}

/** What makes the page wider than the screen; runs in the page. */
const TOO_WIDE = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth <= clientWidth) return []
  return [...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > clientWidth + 0.5)
    .map((e) => e.outerHTML.slice(0, 120))
})()`
export const tooWide = (page: Page) => page.evaluate(TOO_WIDE) as Promise<string[]>
