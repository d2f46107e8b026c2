import path from 'node:path'
import t, { type Test } from 'tap'
import { PAGES } from '../../core/dashboard/logic/route.js'
import { OWNER, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { findings, picture, tooWide } from './axe.js'
import { openBrowser, signInPage } from './browser.js'
import { type Furnished, furnish, opened, type Seat } from './furnished.js'

const DASH = path.resolve(import.meta.dirname, '../../dashboard')
const DESK = { width: 1440, height: 900 }
const TABLET = { width: 820, height: 1180 }
const PHONE = { width: 390, height: 844 }

/** Every page that holds still, with the words by which one sees that it is there. */
const pages = ({ stationId, contactId }: Furnished): readonly string[] => [
  ...Object.values(PAGES).filter((address) => address !== '/sign-in'),
  `/stations/${stationId}`,
  `/contacts/${contactId}`,
  '/satellites/25544',
]

/** Each page once: at a desk in the dark, and without loading it anew on a phone in the light. */
async function accessible(t: Test, seat: Seat) {
  const { page } = seat
  const show = async (theme: string, size: typeof DESK) => {
    await page.setViewportSize(size)
    await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`)
  }
  for (const address of pages(seat)) {
    const name = address.replace(/[^a-z]+/g, '-')
    await page.setViewportSize(DESK)
    await opened(seat, address)
    for (const [theme, size] of [
      ['dark', DESK],
      ['light', TABLET],
      ['light', PHONE],
    ] as const) {
      await show(theme, size)
      if (size !== TABLET) t.same(await findings(page), [], `${address} ${theme} ${size.width}`)
      t.same(await tooWide(page), [], `${address} fits ${size.width} px`)
      await picture(page, `${theme}-${size.width}${name}`)
    }
  }
}

t.test(
  'axe finds nothing serious on any page, in both themes; every page fits phone, tablet and desk',
  async (t) => {
    const core = await testCore(t, { dashboardDir: DASH })
    const browser = await openBrowser(t, temporaryDirectory(t))
    if (browser === null) return
    const seat = { ...browser, core, ...(await furnish(t, core)) }
    await browser.page.goto(core.url)
    await signInPage(core, browser, OWNER)
    await accessible(t, seat)
    t.same(browser.faults, [])
  },
)
