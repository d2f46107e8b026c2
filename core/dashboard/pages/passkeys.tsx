import { useState } from 'preact/hooks'
import { type PasskeyItem, passkeysResponse } from '../../../shared/api/passkeys.js'
import { useApp } from '../app/app-context.js'
import { ago } from '../logic/time-text.js'
import { browserName } from '../logic/user-agent.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { Moment } from '../parts/moment.js'
import { Show, useResource } from '../parts/resource.js'
import { canUsePasskeys, makePasskey } from '../parts/webauthn.js'
import { texts } from '../text/texts.js'

const words = texts.passkeys

function Row({ item, onChanged }: { item: PasskeyItem; onChanged: () => void }) {
  const { api, clock } = useApp()
  const act = useAct()
  const now = clock.second.value
  const remove = async () => {
    if (await act.run(() => api.delete(`auth/passkeys/${item.id}`))) onChanged()
  }
  return (
    <li class="session">
      <div class="what">
        <strong>{item.name}</strong> {item.backedUp && <span class="badge">on your other devices too</span>}
        <span class="muted">
          {words.made} <Moment at={Date.parse(item.createdAt)} /> UTC ·{' '}
          {item.lastUsedAt === null ? words.neverUsed : words.used(ago(now - Date.parse(item.lastUsedAt)))}
        </span>
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </div>
      <button type="button" class="button small danger" disabled={act.busy} onClick={() => void remove()}>
        {words.remove}
      </button>
    </li>
  )
}

function Make({ onMade }: { onMade: () => void }) {
  const { api } = useApp()
  const act = useAct()
  const [name, setName] = useState(() => browserName(navigator.userAgent))
  const make = async () => {
    if (await act.run(() => makePasskey(api, name.trim()))) onMade()
  }
  return (
    <form
      class="form short"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') void make()
      }}
    >
      <Field label={words.nameOfTheNewPasskey} value={name} onInput={setName} maxLength={80} />
      <button type="submit" class="button" disabled={act.busy || name.trim() === ''}>
        {words.makeAPasskeyOnThis}
      </button>
      {act.failure !== null && <FailureNote failure={act.failure} />}
    </form>
  )
}

/** A44: the strong factor. */
export function Passkeys() {
  const { api, session } = useApp()
  const [passkeys, reload] = useResource('passkeys', () => api.get('auth/passkeys', passkeysResponse))
  const changed = () => {
    void reload()
    void session.load()
  }
  return (
    <section class="below" aria-labelledby="passkeys">
      <h2 id="passkeys">{words.passkeys}</h2>
      <p class="lead">{words.signInByFingerprintFace}</p>
      <Show of={passkeys} retry={() => void reload()}>
        {({ items }) => (
          <>
            {items.length > 0 && (
              <ul class="card sessions">
                {items.map((item) => (
                  <Row key={item.id} item={item} onChanged={changed} />
                ))}
              </ul>
            )}
            {canUsePasskeys() ? (
              <Make key={items.length} onMade={changed} />
            ) : (
              <p class="muted">
                {words.needName}{' '}
                {location.hostname === '127.0.0.1' && (
                  <a href={`${location.protocol}//localhost:${location.port}/sessions`}>
                    {words.openByName('localhost')}
                  </a>
                )}
              </p>
            )}
          </>
        )}
      </Show>
    </section>
  )
}
