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
    codeExample: 'BCDF-GHJK',
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

  people: {
    people: 'People',
    whatToShow: 'What to show',
    invite: 'Invite',
    searchByAddressOrName: 'Search by address or name',
    order: 'Order',
    nobodyByThatName: 'Nobody by that name',
    searchForAnotherPartOf: 'Search for another part of the address.',
    lastSeen: 'Last seen',
    signsInWith: 'Signs in with',
    endsByItselfAfter: 'Ends by itself after',
    utcThenTheAccountIs: 'UTC. Then the account is disabled, not deleted. Empty: no end.',
    thisRoleHasPermissionsThat: 'This role has permissions that you lack, so you cannot change it.',
    thisPersonBelongsToAnother:
      'This person belongs to another organisation, too: the account, its sessions and its end are not yours to change. You can change the role here, or end the membership.',
    save: 'Save',
    disabledOn: (utcDate: string | number) => `, disabled on ${utcDate}`,
    endingIt: 'Ending it',
    keepIt: 'Keep it',
    endMembership: 'End membership',
    whatTheyHandedOutHere:
      'What they handed out here and was not used yet ends. To come back, they must be invited anew.',
    deleteForEver: 'Delete for ever',
    theAccountItsPasskeysSessions:
      'The account, its passkeys, sessions and tokens are deleted. What they did stays in the audit trail.',
    typeToConfirm: (email: string | number) => `Type «${email}» to confirm`,
    sessions: 'Sessions',
    end: 'End',
    signedIn: 'Signed in',
    inNoBrowser: 'In no browser.',
    nobodyHasBeenInvited: 'Nobody has been invited',
    anInviteLetsTheOwner: 'An invite lets the owner of a mail address sign in, for a week.',
    inviteSomebody: 'Invite somebody',
    sendAgain: 'Send again',
    takeBack: 'Take back',
    inviteByMail: 'Invite by mail',
    mailAddress: 'Mail address',
    whoeverSignsInWithIt: 'Whoever signs in with it within a week becomes a member.',
    cancel: 'Cancel',
    sendTheInvite: 'Send the invite',
    thisIsNoMailAddress: 'This is no mail address.',
    decline: 'Decline',
    accept: 'Accept',
  },

  signIn: {
    thisLinkIsNotWhole: 'This link is not whole',
    aPieceOfItIs: 'A piece of it is missing, perhaps cut off by a mail program.',
    askForANewOne: 'Ask for a new one',
    onlyIfTheLinkWas: 'Only if the link was opened on another device.',
    signInWithTheCode: 'Sign in with the code',
    email: 'E-mail',
    lookAtYourMail: 'Look at your mail',
    sendMeALink: 'Send me a link',
    iHaveACodeAlready: 'I have a code already',
    openTheLinkOfThe: 'Open the link of the mail on any device; it shows a code for this window.',
    askForALink: 'Ask for a link',
    useAnotherAddress: 'Use another address',
    signIn: 'Sign in',
    thisIsNoEMail: 'This is no e-mail address',
    yourSessionHasEnded: 'Your session has ended',
    signInAgainToGo: 'Sign in again to go on. Stations and plans go on without you.',
    youGetALinkBy: 'You get a link by mail. There are no passwords here.',
    thisLinkNoLongerWorks: 'This link no longer works',
    aLinkWorksOnceFor: 'A link works once, for ten minutes, and a newer one ends it.',
    anotherBrowserAskedForThis: 'Another browser asked for this link',
    itSignsInOnlyThe:
      'It signs in only the browser that asked for it, so that nobody can use a link that went astray. Load this page again to see its code, or ask for a new link here.',
    yourEMail: 'Your e-mail',
    askForANewLink: 'Ask for a new link',
    theOwnerIs: 'The owner is',
    becomeTheOwner: 'Become the owner',
    thisInstallationHasNoPeople:
      'This installation has no people yet. The first becomes its owner and may do everything; links to sign in go to this address from now on.',
    youSignInAs: (yourself: string | number) => `You sign in as ${yourself}.`,
    becomeOwner: 'Become owner',
    signInWithAPasskey: 'Sign in with a passkey',
    theSignInCouldNot: 'The sign-in could not be completed. Begin again.',
    theProviderHasNotVerified:
      'The provider has not verified your address. Verify it there, or sign in by mail.',
    nobodyHereHasYourAddress:
      'Nobody here has your address. Ask whoever manages the people here for an invitation.',
    tooManyAttemptsFromHere: 'Too many attempts from here. Wait a quarter of an hour.',
    theProviderDoesNotAnswer: 'The provider does not answer. Sign in by mail, or try again later.',
    thisCodeHasEnded: 'This code has ended',
    qrCodeThatOpensThis: 'QR code that opens this sign-in on your phone',
    signInByMail: 'Sign in by mail',
    showANewCode: 'Show a new code',
    scanThisWithYourPhone: 'Scan this with your phone',
    withTheCameraOfA:
      'With the camera of a phone on which you are signed in. It then asks for the number below the code.',
    theNumberIs: 'The number is',
    waitingForYourPhone: 'Waiting for your phone…',
    signInByMailInstead: 'Sign in by mail instead',
    signInWithYourPhone: 'Sign in with your phone',
    thisCodeHasExpired: 'This code has expired',
    askForANewLink2: 'Ask for a new link where you want to sign in.',
    orSignInHere: 'Or sign in here',
    yourCode: 'Your code',
    giveItToNobodyWhoever:
      'Give it to nobody. Whoever asks you for it, by phone or by mail, wants to sign in as you.',
    signInOnYourOther: 'Sign in on your other screen?',
    anotherBrowserAskedForThis2: 'Another browser asked for this link, to sign in as',
    browser: 'Browser',
    from: 'From',
    asked: 'Asked',
    itIsMineShowThe: 'It is mine: show the code',
    signInHereInstead: 'Sign in here instead',
  },

  settings: {
    signInSettings: 'Sign-in settings',
    theyHoldForTheWhole: 'They hold for the whole installation.',
    signInWithAPhone: 'Sign in with a phone',
    phonesMustKnowTheAddress: 'Phones must know the address of this installation: set',
  },

  enroll: {
    enroll: 'Enroll',
    aTokenLetsOneMachine:
      'A token lets one machine join as a station, once. Its link is shown when it is made, and never again.',
    youMayNotEnrollStations: 'You may not enroll stations',
    askSomebodyWhoManagesEnrollment:
      'Ask somebody who manages enrollment tokens for a link, and run it on the machine beside the antenna.',
    booth: 'Booth',
    fromARoster: 'From a roster',
    addStation: 'Add station',
    thisLinkIsForA: 'This link is for a station',
    aMachineJoinsWithA:
      'A machine joins with a link that ends in a secret, and this one has none. Copy the whole line that you were given and run it on the machine beside the antenna.',
    goToTheTokens: 'Go to the tokens',
    iWantToSignIn: 'I want to sign in instead',
    theLinkWorksFor: 'The link works for',
    whenTheMachineComes: 'When the machine comes',
    theStation: 'The station',
    approveAtOnce: 'Approve at once',
    revoke: 'Revoke',
    searchByNameOrRecipient: 'Search by name or recipient',
    state: 'State',
    order: 'Order',
    noTokensYet: 'No tokens yet',
    eachLetsOneMachineJoin: 'Each lets one machine join as a station, once.',
    noTokenFits: 'No token fits',
    searchForSomethingElseOr: 'Search for something else, or choose another state.',
    showMore: 'Show more',
    tokens: 'Tokens',
    lastUse: 'Last use',
    madeUtc: 'Made, UTC',
    waitingForApproval: 'Waiting for approval',
    whoeverHasTheLinkCan:
      'Whoever has the link can still use it until it expires. You can revoke it in the list.',
    linkFor: (name: string | number) => `Link for ${name}`,
    name: 'Name',
    forWhom: 'For whom',
    optionalItStandsInThe: 'Optional. It stands in the list and in the audit trail.',
    roofNorthMast: 'Roof, north mast',
    whoeverSetsItUp: 'Whoever sets it up',
    replaceIt: 'Replace it',
    showTheLink: 'Show the link',
    thereIsAnActiveLink: (timeLeft: string | number) => `There is an active link, ${timeLeft}.`,
    copyTheLine: 'Copy the line',
    theMachine: 'The machine',
    itWorksOnTheMachine:
      'It works on the machine of the control plane only: others need TALOS_PUBLIC_URL and TLS.',
    theInstallerPrintsThisSha: 'The installer prints this SHA-256 of the agent:',
    isFresh: 'Is fresh',
    hasTalosAlready: 'Has Talos already',
    copyTheLink: 'Copy the link',
    qrCodeWithTheLink: (name: string | number) => `QR code with the link for ${name}`,
    goToTheStation: 'Go to the station',
    makeANewOne: 'Make a new one',
    addAnother: 'Add another',
    waitingForTheMachine: 'Waiting for the machine…',
    theMachineIsThereAnd: 'The machine is there and waits for your approval.',
    itHasJoinedWaitingUntil: 'It has joined. Waiting until it connects…',
    theMachineHasBeenTurned: 'The machine has been turned away.',
    theLinkHasExpiredBefore: 'The link has expired before a machine used it.',
    theLinkHasBeenRevoked: 'The link has been revoked.',
    machine: 'Machine',
    platform: 'Platform',
    address: 'Address',
    mount: 'Mount',
    fingerprint: 'Fingerprint',
  },

  booth: {
    makeANewOne: 'Make a new one',
    thatWasTheLastOne: 'That was the last one',
    leaveTheBooth: 'Leave the booth',
    leave: 'Leave',
    skip: 'Skip',
    qrCodeWithTheLink: (name: string | number) => `QR code with the link for ${name}`,
    booth: 'Booth',
    names: 'Names',
    name: 'Name',
    howMany: 'How many',
    thisScreenShowsOneCode:
      'This screen shows one code after the other: the next comes by itself when a station is up. Each is made when its turn comes, and lets its station in at once.',
    oneNameALine: 'One name a line',
    begin: 'Begin',
    fromAList: 'From a list',
    noNamesYet: 'No names yet.',
  },

  roster: {
    theStationsStayThoseWithout: 'The stations stay; those without a machine need a new link each.',
    thisSheetHoldsSecrets: 'This sheet holds secrets.',
    whoeverHasACardCan:
      'Whoever has a card can join as its station until it expires. Hand each to its recipient, and shred what is left.',
    showOneAfterTheOther: 'Show one after the other',
    print: 'Print',
    stationsFromARoster: 'Stations from a roster',
    roster: 'Roster',
    csvWithALineOf:
      'CSV with a line of heads: name, and where known place, lat, lon, alt and recipient. One station a line.',
    openAFile: 'Open a file',
    lookItThrough: 'Look it through',
    whatWasBegunWithTheir: 'What was begun with their earlier links ends.',
    qrCodeWithTheLink: (name: string | number) => `QR code with the link for ${name}`,
  },

  device: {
    theCodeHasExpired: 'The code has expired',
    startTheSignInAgain: 'Start the sign-in again on the other machine; it shows a new code.',
    code: 'Code',
    codeExample: 'BCDF-GHJK',
    enterAnotherCode: 'Enter another code',
    letThisProgramActAs: 'Let this program act as you?',
    program: 'Program',
    from: 'From',
    asked: 'Asked',
    itsCode: 'Its code',
    timeLeft: 'Time left',
    deny: 'Deny',
    approveASignIn: 'Approve a sign-in',
    showWhoAsks: 'Show who asks',
    goToTheFleet: 'Go to the fleet',
    approve: 'Approve',
    eightLettersAsTheOther: 'Eight letters, as the other screen shows them',
    theOtherMachineGoesOn: 'The other machine goes on by itself. You may close this page.',
    theOtherMachineHasBeen: 'The other machine has been turned away.',
  },

  pair: {
    scanTheCodeOfThe: 'Scan the code of the other screen',
    onTheOtherScreenChoose:
      'On the other screen choose «Sign in with your phone», and point the camera of this phone at the code.',
    signInAnotherBrowser: 'Sign in another browser?',
    browser: 'Browser',
    from: 'From',
    asked: 'Asked',
    timeLeft: 'Time left',
    whichNumberIsOnIts: 'Which number is on its screen?',
    goToTheFleet: 'Go to the fleet',
    noneOfThemTurnIt: 'None of them, turn it away',
    signedIn: 'Signed in',
    theOtherBrowserGoesOn: 'The other browser goes on by itself. You find it under My sessions.',
    turnedAway: 'Turned away',
    theOtherBrowserHasNot: 'The other browser has not been signed in.',
    thatWasAnotherNumber: 'That was another number',
    theOtherBrowserHasBeen:
      'The other browser has been turned away. If it is yours, show a new code there and look at its number.',
    thisCodeNoLongerWorks: 'This code no longer works',
    seeMySessions: 'See my sessions',
    signInAnotherBrowser2: 'Sign in another browser',
  },

  sessions: {
    mySessions: 'My sessions',
    eachBrowserInWhichYou:
      'Each browser in which you are signed in. One that you do not know is not yours: end it.',
    endAllOthers: 'End all others',
    signOut: 'Sign out',
    end: 'End',
    commandLines: 'Command lines',
    signedInByTalosLogin: 'Signed in by talos login. One that nobody uses for a week ends by itself.',
  },

  apiTokens: {
    copyTheToken: 'Copy the token',
    makeAnApiToken: 'Make an API token',
    forWhichProgram: 'For which program',
    goodFor: 'Good for',
    weeklyReport: 'Weekly report',
    itMay: 'It may',
    itIsShownOnlyHere: 'It is shown only here and now. Give it to the program as',
    makeTheToken: 'Make the token',
    revoke: 'Revoke',
    apiTokens: 'API tokens',
    forProgramsThatActAs:
      'For programs that act as you. A token can never do more than you may at the moment of its use.',
    noTokensYet: 'No tokens yet',
    atYourOwnTerminalUse: 'At your own terminal use talos login instead: it asks for nothing to keep.',
    makeAToken: 'Make a token',
    lastUse: 'Last use',
    madeUtc: 'Made, UTC',
  },

  passkeys: {
    nameOfTheNewPasskey: 'Name of the new passkey',
    remove: 'Remove',
    makeAPasskeyOnThis: 'Make a passkey on this device',
    passkeys: 'Passkeys',
    signInByFingerprintFace:
      'Sign in by fingerprint, face or PIN of your device. Once you have one, it is asked for before acts that matter, in place of a mail.',
  },

  stepUp: {
    theEightLettersInThe: 'The eight letters in the mail.',
    goOn: 'Go on',
    isItStillYou: 'Is it still you?',
    aCodeIsOnIts: 'A code is on its way to',
    sendAnother: 'Send another',
    cancel: 'Cancel',
    mailMeACode: 'Mail me a code',
    useMyPasskey: 'Use my passkey',
  },

  /** Times in which a station is not planned for. */
  maintenance: {
    title: (station: string) => `Maintenance of ${station}`,
    open: 'Maintenance…',
    none: 'No maintenance is planned.',
    until: (from: string, to: string) => `${from} to ${to} UTC`,
    running: 'now',
    end: 'End it',
    takeBack: 'Take back',
    from: 'From, UTC',
    fromHint: 'Empty: now.',
    to: 'To, UTC',
    why: 'Why',
    whyHint: 'Everybody reads it, beside the contacts that it calls off.',
    stopRunning: 'Also call off the contact that runs',
    stopRunningHint: 'Otherwise it is flown to its end.',
    plan: 'Plan maintenance',
    done: 'Done',
    wrongTo: 'A time after the begin, and not over yet',
    calledOff: (count: number) =>
      count === 0
        ? 'It is planned. Nothing was booked in it.'
        : `It is planned, and ${count === 1 ? 'one contact is' : `${count} contacts are`} called off. What can be flown elsewhere, the next schedule books there.`,
    locksNothing:
      'It keeps the schedule away, and locks nothing. Whoever works at the antenna locks the station as well.',
  },
}

/** What another language has to give. */
export type Texts = typeof en
