import { Mark, SearchIcon } from '../parts/icons.js'
import { texts } from '../text/texts.js'
import { AccountMenu } from './account-menu.js'
import { useApp } from './app-context.js'
import { HeaderClock } from './header-clock.js'
import { LiveBadge } from './live-badge.js'
import { NavLinks } from './nav.js'

export const Brand = () => (
  <a class="brand" href="/">
    <Mark />
    <span class="brand-name">{texts.frame.brand}</span>
  </a>
)

/** Always there: where one can go, whether the numbers are live, what time it is. */
export function Header() {
  const { overlay, session } = useApp()
  const several = (session.me.value?.memberships.length ?? 0) > 1
  return (
    <header class="header">
      <Brand />
      {several && <span class="muted only-wide">{session.membership.value?.orgName}</span>}
      <nav class="nav only-wide" aria-label={texts.frame.pages}>
        <NavLinks />
      </nav>
      <div class="header-end">
        <button
          type="button"
          class="palette-button"
          aria-keyshortcuts="Control+K Meta+K"
          title={texts.palette.open}
          onClick={() => overlay.show('palette')}
        >
          <SearchIcon />
          <span class="palette-name">{texts.palette.button}</span>
          <kbd class="only-roomy">{texts.palette.key}</kbd>
        </button>
        <LiveBadge />
        <HeaderClock />
        <AccountMenu />
      </div>
    </header>
  )
}
