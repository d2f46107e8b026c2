import { PERMISSIONS } from '../../../shared/permissions.js'
import { lacks } from '../logic/page-needs.js'
import { PAGES } from '../logic/route.js'
import { Empty } from '../parts/empty.js'
import { useTitle } from '../parts/page.js'
import { texts } from '../text/texts.js'
import { useApp } from './app-context.js'
import { goals } from './destinations.js'
import { View } from './view.js'

const words = texts.ended.noPermission

function NoPermission({ permission }: { permission: keyof typeof PERMISSIONS }) {
  const { session } = useApp()
  useTitle(words.title)
  const next = goals(session)[0]
  return (
    <div class="card">
      <Empty
        title={words.title}
        text={words.text(permission, PERMISSIONS[permission])}
        next={
          next !== undefined && (
            <a class="button" href={PAGES[next.page]}>
              {words.next(next.label)}
            </a>
          )
        }
      />
    </div>
  )
}

/** The page of the address, or why this person does not see it (W6, W7). */
export function Permitted() {
  const { router, session } = useApp()
  const lacking = lacks(router.route.value.page, (permission) => session.can(permission))
  return lacking === null ? <View /> : <NoPermission permission={lacking} />
}
