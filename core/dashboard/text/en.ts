/**
 * Every English text of the dashboard, by page and part. Numbers, times and names come in as text that is ready to show.
 * What core says by itself (titles of errors, roles, names) is not here.
 * @module
 */

export const en = {
  /** What stands around every page. */
  frame: {
    brand: 'Talos',
    pages: 'Pages',
    more: 'More',
    account: 'Account',
    skip: 'Skip to the content',
    organisation: 'Organisation',
    theme: 'Theme',
    themes: { system: 'System', dark: 'Dark', light: 'Light' },
    signOut: 'Sign out',
    destinations: {
      fleet: 'Fleet',
      contacts: 'Contacts',
      campaigns: 'Campaigns',
      elements: 'Elements',
      enroll: 'Enroll',
      people: 'People',
      audit: 'Audit',
      sessions: 'My sessions',
      'api-tokens': 'API tokens',
      device: 'Approve a sign-in',
      settings: 'Sign-in settings',
    },
  },

  clock: {
    utc: 'UTC',
    local: (time: string) => `${time} local`,
    localTitle: (time: string, zone: string) => `Local time ${time} (${zone})`,
    behind: (seconds: string) =>
      `The clock of this computer is ${seconds} s behind core. Times here follow core.`,
    ahead: (seconds: string) =>
      `The clock of this computer is ${seconds} s ahead of core. Times here follow core.`,
  },

  /** Whether what is on the screen is the present. */
  live: {
    live: 'Live',
    liveWhy: 'Connected to the bus',
    connecting: 'Connecting',
    connectingWhy: 'Connecting to the bus',
    notLive: 'Not live',
    retryIn: (left: string) => `Not live · retry in ${left}`,
    tryNow: (why: string) => `${why}. Press to try now.`,
    off: 'Live data need the permission view_telemetry.',
    refused: (count: number) => `${count} messages broke their schema and were not believed.`,
  },

  /** Everything by its name (Ctrl+K). */
  palette: {
    title: 'Search and commands',
    open: 'Search and commands (Ctrl+K)',
    button: 'Search',
    key: 'Ctrl K',
    placeholder: 'Page, station, satellite or command',
    results: 'What fits',
    nothing: (query: string) => `Nothing fits «${query}».`,
    station: 'station',
    satellite: 'satellite',
    openStation: (name: string) => `Open ${name}`,
    stop: (name: string) => `Stop ${name}`,
    nextContact: (at: string, station: string) => `next ${at} UTC, ${station}`,
    notBooked: 'no contact booked',
    addStation: 'Add station',
    invite: 'Invite a person',
    makeToken: 'Make an API token',
    reconnect: 'Connect to the bus now',
    theme: {
      dark: 'Theme: dark',
      light: 'Theme: light',
      system: 'Theme: as the system says',
    },
    keys: 'List the keys',
  },

  /** What the keyboard does (?). */
  keys: {
    title: 'Keys',
    everywhere: 'Everywhere',
    goTo: 'Go to',
    atStation: 'At a station',
    general: [
      ['Ctrl+K', 'Search and commands'],
      ['/', 'Search in this page'],
      ['?', 'This list'],
      ['Esc', 'Close what is open'],
    ] as readonly (readonly [keys: string, what: string])[],
    station: [
      ['Esc', 'STOP, while nothing else is open'],
      ['← → ↑ ↓', 'Jog, while the jog pad has the focus'],
    ] as readonly (readonly [keys: string, what: string])[],
  },

  session: {
    idle: (left: string) =>
      `Nobody has touched this console for a while. Your session ends in ${left}, unless you press a key or click. Stations and plans go on.`,
    ends: (left: string) => `Your session ends in ${left}. Then you sign in again; stations and plans go on.`,
  },

  /** Screens on which something has ended, each with its one next step (W6). */
  ended: {
    noOrganisation: {
      title: 'You are in no organisation yet',
      text: 'Ask whoever manages the users of your organisation for an invite. Then load this page again.',
      next: 'Look again',
    },
    nowhere: {
      title: 'There is nothing at this address',
      text: 'The link may be incomplete, or what it led to is gone.',
      next: 'Go to the fleet',
    },
  },

  /** Parts that many pages share. */
  parts: {
    code: 'Code',
    codeWrong: 'A code has eight letters, such as BCDF-GHJK',
    copy: 'Copy',
    copied: 'Copied',
    copyByHand: 'Select the text and copy it',
    close: 'Close',
    tryAgain: 'Try again',
    loading: 'Loading…',
    acts: 'Acts',
    elementsAge: {
      fresh: 'Elements are fresh',
      old: 'Elements are old: pointing and times may be off by seconds',
      stale: 'Elements are stale: pointing and times may be off by minutes',
      epoch: (words: string, moment: string) => `${words} (epoch ${moment} UTC)`,
      of: (age: string) => `elements ${age}`,
      levels: { old: 'old', stale: 'stale' },
    },
    lastChance: {
      title: 'It can never be shown again.',
      close: 'Close it',
      keep: 'Keep it open',
    },
    role: {
      label: 'Role',
      changesLimits: 'changes limits',
      movesMetal: 'moves metal',
      notYours: 'Gives more than you have.',
    },
    passkey: {
      already: 'This device has a passkey for you already.',
      refused:
        'The browser made no use of a passkey: it was cancelled, took too long, or there is none here.',
    },
    timeline: {
      bar: (c: {
        satellite: string
        station: string
        from: string
        to: string
        maxEl: string
        state: string
        elements: string
      }) =>
        `${c.satellite}, ${c.station}, ${c.from} to ${c.to} UTC, highest ${c.maxEl}, ${c.state}, elements ${c.elements}`,
      maintenance: (reason: string) => `Maintenance: ${reason}`,
    },
  },
}

/** What another language has to give. */
export type Texts = typeof en
