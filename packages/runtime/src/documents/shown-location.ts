/** The address of a repository without the password that a URL can hold. Everything that prints an address goes through here. */
export const shownLocation = (location: string): string => location.replace(/(:\/\/[^/\s@:]*):[^/\s]*@/, '$1:***@');
