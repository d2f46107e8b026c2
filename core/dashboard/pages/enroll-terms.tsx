import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { enrollmentSettingsResponse } from '../../../shared/api/fleet.js'
import type { Capability } from '../../../shared/capabilities.js'
import { useApp, useFleet } from '../app/app-context.js'
import { CAPABILITY_TEXT } from '../logic/capability-text.js'
import { linkLives } from '../logic/link-lives.js'
import { Choice } from '../parts/choice.js'
import { Check } from '../parts/field.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'

const words = texts.enroll

/** On what terms a link is made. */
export interface Terms {
  readonly capabilities: readonly Capability[]
  readonly ttlMinutes: number
  readonly preApproved: boolean
}

type Lives = ReturnType<typeof linkLives>

export interface Offer {
  readonly lives: Lives
  /** E3: the server's own life of a link, minutes. */
  readonly usual: number
  /** R11: only who lets stations in may make a link that does. */
  readonly mayApprove: boolean
}

/** What this server and this person may offer, once it is known. */
export function Offered({ children }: { children: (offer: Offer) => ComponentChildren }) {
  const { api, session } = useApp()
  const { org } = useFleet()
  const [settings, reload] = useResource(`enrollment settings ${org}`, () =>
    api.get(`orgs/${org}/enrollment-settings`, enrollmentSettingsResponse),
  )
  return (
    <Show of={settings} retry={() => void reload()}>
      {(value) =>
        children({
          lives: linkLives(value),
          usual: value.ttlMinutes,
          mayApprove: session.can('approve_stations'),
        })
      }
    </Show>
  )
}

/** Terms that nobody has changed yet. `wanted`: minutes, where the server allows as many. */
export function useTerms({ lives, usual, mayApprove }: Offer, wanted = usual) {
  const isOffered = lives.some(([minutes]) => minutes === wanted)
  return useState<Terms>({
    capabilities: ['rotator'],
    ttlMinutes: isOffered ? wanted : usual,
    preApproved: mayApprove,
  })
}

interface CapabilityChecksProps {
  readonly value: readonly Capability[]
  readonly onChange: (value: readonly Capability[]) => void
}

/** E14: what the station may do; never nothing. */
function CapabilityChecks({ value, onChange }: CapabilityChecksProps) {
  const names = Object.keys(CAPABILITY_TEXT) as Capability[]
  return (
    <fieldset class="field">
      <legend class="label">{words.theStation}</legend>
      <div class="checks">
        {names.map((name) => (
          <Check
            key={name}
            checked={value.includes(name)}
            onChange={(on) => onChange(names.filter((n) => (n === name ? on : value.includes(n))))}
          >
            {CAPABILITY_TEXT[name]}
          </Check>
        ))}
      </div>
    </fieldset>
  )
}

interface TermsFieldsProps {
  readonly offer: Offer
  readonly terms: Terms
  readonly onChange: (terms: Terms) => void
  /** A station that is there already keeps what it may do. */
  readonly fixed?: boolean
}

export const TermsFields = ({ offer, terms, onChange, fixed = false }: TermsFieldsProps) => (
  <>
    {!fixed && (
      <CapabilityChecks
        value={terms.capabilities}
        onChange={(capabilities) => onChange({ ...terms, capabilities })}
      />
    )}
    <Choice
      label={words.theLinkWorksFor}
      options={offer.lives}
      value={terms.ttlMinutes}
      onChange={(ttlMinutes) => onChange({ ...terms, ttlMinutes })}
    />
    {offer.mayApprove && (
      <Choice
        label={words.whenTheMachineComes}
        options={[
          ['at once', words.approveAtOnce],
          ['asked', words.iWantToApprove],
        ]}
        value={terms.preApproved ? 'at once' : 'asked'}
        onChange={(choice) => onChange({ ...terms, preApproved: choice === 'at once' })}
      />
    )}
  </>
)
