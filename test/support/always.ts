/** For tests of drivers: nobody has changed their mind since. */
export const always = (): boolean => true
