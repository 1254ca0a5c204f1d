/** Without the password that a URL can hold, as the command line shows it. */
export const shownLocation = (location: string): string => location.replace(/(:\/\/[^/\s@:]*):[^/\s]*@/, '$1:***@');
