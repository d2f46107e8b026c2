import { PAGES, type Route } from '../logic/route.js'
import { MoreIcon } from '../parts/icons.js'
import { texts } from '../text/texts.js'
import { ACCOUNT_MENU } from './account-menu.js'
import { useApp } from './app-context.js'
import { destinations } from './destinations.js'

/** Of which page an item is a part. */
const PARENTS: Readonly<Partial<Record<Route['page'], string>>> = {
  station: 'fleet',
  contact: 'schedule',
  contacts: 'schedule',
  passes: 'schedule',
  satellite: 'elements',
}
const parentOf = ({ page }: Route): string => PARENTS[page] ?? page

export function NavLinks() {
  const { router, session } = useApp()
  const here = parentOf(router.route.value)
  return (
    <>
      {destinations(session).map(({ page, label, icon }) => (
        <a
          key={page}
          class={icon === undefined ? 'only-broad' : undefined}
          href={PAGES[page]}
          aria-current={here === page ? 'page' : undefined}
        >
          {label}
        </a>
      ))}
    </>
  )
}

/** The tabs of a phone, where a thumb reaches them. */
export function Tabs() {
  const { router, session } = useApp()
  const here = parentOf(router.route.value)
  return (
    <nav class="tabs" aria-label={texts.frame.pages}>
      {destinations(session)
        .filter((d) => d.icon !== undefined)
        .map(({ page, label, icon }) => (
          <a key={page} href={PAGES[page]} aria-current={here === page ? 'page' : undefined}>
            {icon}
            {label}
          </a>
        ))}
      <button type="button" popovertarget={ACCOUNT_MENU}>
        <MoreIcon />
        {texts.frame.more}
      </button>
    </nav>
  )
}
