import { PAGES } from '../logic/route.js'
import { PersonIcon } from '../parts/icons.js'
import { texts } from '../text/texts.js'
import { useApp } from './app-context.js'
import { destinations } from './destinations.js'
import type { ThemeChoice } from './theme.js'

export const ACCOUNT_MENU = 'account-menu'

const THEMES: readonly ThemeChoice[] = ['system', 'dark', 'light']

function ThemeSwitch() {
  const { theme } = useApp()
  return (
    <div class="row">
      <span id="theme-label">{texts.frame.theme}</span>
      <fieldset class="segmented" aria-labelledby="theme-label">
        {THEMES.map((choice) => (
          <button
            key={choice}
            type="button"
            aria-pressed={theme.choice.value === choice}
            onClick={() => theme.choose(choice)}
          >
            {texts.frame.themes[choice]}
          </button>
        ))}
      </fieldset>
    </div>
  )
}

function OrgSwitch() {
  const { session } = useApp()
  const memberships = session.me.value?.memberships ?? []
  if (memberships.length < 2) return null
  return (
    <label class="row">
      {texts.frame.organisation}
      <select
        class="input"
        value={session.org.value ?? ''}
        onChange={(event) => session.choose(event.currentTarget.value)}
      >
        {memberships.map((m) => (
          <option key={m.org} value={m.org}>
            {m.orgName}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Who is signed in, and what belongs to the person rather than to the fleet. */
export function AccountMenu() {
  const { session } = useApp()
  const further = destinations(session).filter((d) => d.icon === undefined)
  const close = () => document.getElementById(ACCOUNT_MENU)?.hidePopover()
  const signOut = () => {
    close()
    void session.leave()
  }
  return (
    <>
      <button
        type="button"
        class="icon-button only-wide"
        aria-label={texts.frame.account}
        popovertarget={ACCOUNT_MENU}
      >
        <PersonIcon />
      </button>
      <div id={ACCOUNT_MENU} class="menu" popover="auto">
        <div class="who">
          <div>{session.me.value?.email}</div>
          <div class="muted">{session.membership.value?.role}</div>
        </div>
        <OrgSwitch />
        {further.map(({ page, label }) => (
          <a key={page} class="not-broad" href={PAGES[page]} onClick={close}>
            {label}
          </a>
        ))}
        <a href={PAGES.sessions} onClick={close}>
          {texts.frame.destinations.sessions}
        </a>
        <a href={PAGES['api-tokens']} onClick={close}>
          {texts.frame.destinations['api-tokens']}
        </a>
        <a href={PAGES.device} onClick={close}>
          {texts.frame.destinations.device}
        </a>
        {session.can('manage_auth_settings') && (
          <a href={PAGES.settings} onClick={close}>
            {texts.frame.destinations.settings}
          </a>
        )}
        <ThemeSwitch />
        <hr />
        <button type="button" class="item" onClick={signOut}>
          {texts.frame.signOut}
        </button>
      </div>
    </>
  )
}
