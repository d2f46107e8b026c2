import type { ComponentChildren } from 'preact'
import { texts } from '../text/texts.js'

interface TableProps {
  /** Names of the columns, in their order. */
  readonly heads: readonly string[]
  /** A last column holds what can be done; its name is said, not shown. */
  readonly acts?: boolean
  /** For rules of its own. */
  readonly kind?: string
  /** Rows. */
  readonly children: ComponentChildren
}

/** A list as a table; on a phone each row becomes a card. */
export const Table = ({ heads, acts = false, kind = '', children }: TableProps) => (
  <div class="card table-wrap">
    <table class={`stack ${kind}`.trimEnd()}>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
          {acts && (
            <th scope="col">
              <span class="visually-hidden">{texts.parts.acts}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
)
