import { ACTOR_KINDS, AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../../../shared/api/audit.js'
import { useFleet } from '../app/app-context.js'
import { shortId } from '../logic/actor-text.js'
import { AUDIT_TIMES, type AuditFilter, isFiltered, NO_FILTER } from '../logic/audit-filter.js'
import { Search } from '../parts/field.js'
import { Select } from '../parts/select.js'
import { texts } from '../text/texts.js'

const words = texts.audit

const named = <T extends string>(keys: readonly T[], names: Readonly<Record<T, string>>) =>
  Object.fromEntries(keys.map((key) => [key, names[key]])) as Record<T, string>

const ACTS = { '': words.allActs, ...Object.fromEntries(AUDIT_ACTIONS.map((a) => [a, a])) } as Record<
  AuditFilter['action'],
  string
>
const OUTCOMES = { '': words.allOutcomes, ...named(AUDIT_OUTCOMES, words.outcomes) }
const ACTORS = { '': words.everybody, ...named(ACTOR_KINDS, words.actorKinds) }
const TIMES = named(AUDIT_TIMES, words.times)

interface Props {
  readonly filter: AuditFilter
  readonly onChange: (filter: AuditFilter) => void
}

/** What was pressed in the list, and the way back. */
function Only({ filter, onChange }: Props) {
  const { bus } = useFleet()
  const name = (id: string) => bus.stations.find(id)?.record.value.name ?? shortId(id)
  const chips = [
    ...(filter.actor === '' ? [] : [['actor', words.actor(name(filter.actor))] as const]),
    ...(filter.target === '' ? [] : [['target', words.target(name(filter.target))] as const]),
  ]
  if (!isFiltered(filter)) return null
  return (
    <p class="audit-only">
      {chips.map(([key, text]) => (
        <button
          key={key}
          type="button"
          class="button small"
          aria-label={words.removeFilter(text)}
          onClick={() => onChange({ ...filter, [key]: '' })}
        >
          {text} ×
        </button>
      ))}
      <button type="button" class="button small" onClick={() => onChange(NO_FILTER)}>
        {words.clear}
      </button>
    </p>
  )
}

/** Which acts are listed (H9). */
export function AuditFilters({ filter, onChange }: Props) {
  const set = (part: Partial<AuditFilter>) => onChange({ ...filter, ...part })
  return (
    <search aria-label={words.filters}>
      <div class="audit-filters">
        <Search label={words.search} value={filter.search} onInput={(search) => set({ search })} />
        <Select
          label={words.act}
          options={ACTS}
          value={filter.action}
          onChange={(action) => set({ action })}
        />
        <Select
          label={words.outcome}
          options={OUTCOMES}
          value={filter.outcome}
          onChange={(outcome) => set({ outcome })}
        />
        <Select
          label={words.by}
          options={ACTORS}
          value={filter.actorKind}
          onChange={(actorKind) => set({ actorKind })}
        />
        <Select label={words.time} options={TIMES} value={filter.time} onChange={(time) => set({ time })} />
      </div>
      <Only filter={filter} onChange={onChange} />
    </search>
  )
}
