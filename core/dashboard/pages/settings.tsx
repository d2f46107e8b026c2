import type { z } from 'zod'
import { authSettingsResponse } from '../../../shared/api/pairing.js'
import { useApp } from '../app/app-context.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { Check } from '../parts/field.js'
import { Page } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'

const words = texts.settings

type AuthSettings = z.infer<typeof authSettingsResponse>

function SignIn({ settings, onChanged }: { settings: AuthSettings; onChanged: () => void }) {
  const { api } = useApp()
  const act = useAct()
  const change = async (pairing: boolean) => {
    if (await act.run(() => api.patch('settings/auth', authSettingsResponse, { pairing }))) onChanged()
  }
  return (
    <section class="card card-body form">
      <Check checked={settings.pairing} onChange={(on) => void change(on)}>
        {words.signInWithAPhone}
        <span class="hint">{words.byPhone}</span>
      </Check>
      {!settings.publicUrlSet && (
        <p class="note warn">
          <span class="text">{words.needsAddress('TALOS_PUBLIC_URL')}</span>
        </p>
      )}
      {act.failure !== null && <FailureNote failure={act.failure} />}
    </section>
  )
}

/** How people may sign in; for who holds `manage_auth_settings`. */
export function Settings() {
  const { api } = useApp()
  const [settings, reload] = useResource('auth settings', () =>
    api.get('settings/auth', authSettingsResponse),
  )
  return (
    <Page title={words.signInSettings} lead={words.theyHoldForTheWhole}>
      <Show of={settings} retry={() => void reload()}>
        {(value) => <SignIn settings={value} onChanged={() => void reload()} />}
      </Show>
    </Page>
  )
}
