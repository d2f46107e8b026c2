import type { ComponentChildren } from 'preact'

const Icon = ({ size = 20, children }: { size?: number; children: ComponentChildren }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 20 20"
    fill="none"
    stroke="currentColor"
    stroke-width="1.6"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    {children}
  </svg>
)

export const Mark = () => (
  <Icon size={22}>
    <path d="M3 8.2a7.6 7.6 0 0 0 8.8 8.8Z" fill="currentColor" fill-opacity=".22" />
    <path d="m7.4 12.6 3.8-3.8M12.6 4a4.2 4.2 0 0 1 3.4 3.4M13.2 1.2a7.2 7.2 0 0 1 5.6 5.6" />
    <circle cx="12" cy="8" r=".9" fill="currentColor" />
  </Icon>
)
export const FleetIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="7.2" />
    <path d="M2.8 10h14.4M10 2.8c2.6 2.4 2.6 12 0 14.4M10 2.8c-2.6 2.4-2.6 12 0 14.4" />
  </Icon>
)
export const ContactsIcon = () => (
  <Icon>
    <path d="M3 15.5c2.5-9 11.5-9 14 0" />
    <circle cx="10" cy="8.8" r="1.6" fill="currentColor" />
    <path d="M2 17h16" />
  </Icon>
)
export const SearchIcon = () => (
  <Icon size={18}>
    <circle cx="8.6" cy="8.6" r="5.4" />
    <path d="m12.8 12.8 4.2 4.2" />
  </Icon>
)
export const CampaignsIcon = () => (
  <Icon>
    <path d="M4 5h8M4 10h12M4 15h5" />
  </Icon>
)
export const ElementsIcon = () => (
  <Icon>
    <ellipse cx="10" cy="10" rx="7.8" ry="3.4" transform="rotate(-28 10 10)" />
    <circle cx="10" cy="10" r="2.2" fill="currentColor" fill-opacity=".25" />
    <circle cx="16.2" cy="5.4" r="1.2" fill="currentColor" stroke="none" />
  </Icon>
)
export const MoreIcon = () => (
  <Icon>
    <path d="M4 10h.01M10 10h.01M16 10h.01" stroke-width="2.6" />
  </Icon>
)
export const PersonIcon = () => (
  <Icon>
    <circle cx="10" cy="7" r="3.2" />
    <path d="M3.8 16.6c1.4-3.4 11-3.4 12.4 0" />
  </Icon>
)
export const CloseIcon = () => (
  <Icon size={18}>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
)
export const PlusIcon = () => (
  <Icon size={18}>
    <path d="M10 4v12M4 10h12" />
  </Icon>
)
export const MinusIcon = () => (
  <Icon size={18}>
    <path d="M4 10h12" />
  </Icon>
)
export const FitIcon = () => (
  <Icon size={18}>
    <path d="M3.5 7V3.5H7M13 3.5h3.5V7M16.5 13v3.5H13M7 16.5H3.5V13" />
  </Icon>
)
export const ArrowIcon = ({ turn }: { turn: number }) => (
  <Icon>
    <g transform={`rotate(${turn} 10 10)`}>
      <path d="m4.5 12 5.5-5.5L15.5 12" />
    </g>
  </Icon>
)
export const TickIcon = ({ size = 44 }: { size?: number }) => (
  <Icon size={size}>
    <circle cx="10" cy="10" r="8.4" />
    <path d="m6 10.4 2.8 2.8L14.2 7.4" />
  </Icon>
)
