import { useApp } from '../app/app-context.js'
import { PAGES } from '../logic/route.js'
import { texts } from '../text/texts.js'

const TABS = ['schedule', 'contacts', 'passes'] as const

/** The three ways to look at what antennas do when. */
export function PlanningTabs() {
  const here = useApp().router.route.value.page
  return (
    <nav class="segmented" aria-label={texts.schedule.views}>
      {TABS.map((page) => (
        <a key={page} href={PAGES[page]} aria-current={here === page ? 'page' : undefined}>
          {texts.schedule.tabs[page]}
        </a>
      ))}
    </nav>
  )
}
