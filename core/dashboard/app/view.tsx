import { PAGES } from '../logic/route.js'
import { ApiTokens } from '../pages/api-tokens.js'
import { Audit } from '../pages/audit.js'
import { Campaigns } from '../pages/campaigns.js'
import { ContactPage } from '../pages/contact.js'
import { ContactsPage } from '../pages/contacts.js'
import { Device } from '../pages/device.js'
import { Elements } from '../pages/elements.js'
import { Enroll } from '../pages/enroll.js'
import { FleetPage } from '../pages/fleet.js'
import { HealthPage } from '../pages/health.js'
import { Pair } from '../pages/pair.js'
import { PassesPage } from '../pages/passes.js'
import { People } from '../pages/people.js'
import { SatellitePage } from '../pages/satellite.js'
import { SchedulePage } from '../pages/schedule.js'
import { Sessions } from '../pages/sessions.js'
import { Settings } from '../pages/settings.js'
import { StationPage } from '../pages/station.js'
import { Empty } from '../parts/empty.js'
import { texts } from '../text/texts.js'
import { useApp } from './app-context.js'

const Nowhere = () => (
  <Empty
    title={texts.ended.nowhere.title}
    text={texts.ended.nowhere.text}
    next={
      <a class="button" href={PAGES.fleet}>
        {texts.ended.nowhere.next}
      </a>
    }
  />
)

/** The page of the address. A key makes another item, or another thing to begin with, a fresh page. */
export function View() {
  const { router } = useApp()
  const route = router.route.value
  const search = router.search.value
  switch (route.page) {
    case 'fleet':
      return <FleetPage />
    case 'station':
      return <StationPage key={route.id} id={route.id} />
    case 'schedule':
      return <SchedulePage />
    case 'passes':
      return <PassesPage />
    case 'satellite':
      return <SatellitePage key={route.id} id={route.id} />
    case 'contacts':
      return <ContactsPage />
    case 'contact':
      return <ContactPage key={route.id} id={route.id} />
    case 'campaigns':
      return <Campaigns />
    case 'elements':
      return <Elements />
    case 'enroll':
      return <Enroll key={search} />
    case 'people':
      return <People key={search} />
    case 'health':
      return <HealthPage />
    case 'audit':
      return <Audit />
    case 'sessions':
      return <Sessions />
    case 'api-tokens':
      return <ApiTokens key={search} />
    case 'settings':
      return <Settings />
    case 'device':
      return <Device />
    case 'pair':
      return <Pair />
    default:
      return <Nowhere />
  }
}
