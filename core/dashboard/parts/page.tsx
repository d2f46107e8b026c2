import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'

interface PageProps {
  readonly title: string
  /** Where one came from. */
  readonly crumb?: { readonly label: string; readonly path: string }
  readonly beside?: ComponentChildren
  readonly actions?: ComponentChildren
  readonly lead?: string
  readonly children: ComponentChildren
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === 'Talos' ? title : `${title} · Talos`
  }, [title])
}

export function Page({ title, crumb, beside, actions, lead, children }: PageProps) {
  useTitle(title)
  return (
    <>
      <div class="page-head">
        {crumb !== undefined && (
          <a class="crumb" href={crumb.path}>
            {crumb.label}
          </a>
        )}
        <h1>{title}</h1>
        {beside}
        {actions !== undefined && <div class="actions">{actions}</div>}
      </div>
      {lead !== undefined && <p class="lead">{lead}</p>}
      {children}
    </>
  )
}
