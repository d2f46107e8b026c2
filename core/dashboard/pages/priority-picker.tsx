import { texts } from '../text/texts.js'

const PRIORITIES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const

/** 1 to 10, 10 the highest, said each time it is asked. */
export const PriorityPicker = ({ value, onChange }: { value: number; onChange: (value: number) => void }) => (
  <fieldset class="field">
    <legend class="label">{texts.campaigns.priorityLabel}</legend>
    <div class="priority">
      {PRIORITIES.map((p) => (
        <label key={p} class={p === value ? 'chosen' : ''}>
          <input
            class="visually-hidden"
            type="radio"
            name="priority"
            checked={p === value}
            onChange={() => onChange(p)}
          />
          {p}
        </label>
      ))}
    </div>
    <div class="hint ends">
      <span>{texts.campaigns.lowest}</span>
      <span>{texts.campaigns.highest}</span>
    </div>
  </fieldset>
)
