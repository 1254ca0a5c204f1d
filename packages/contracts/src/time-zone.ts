/**
 * Whether this machine knows an IANA zone of this name. The list of zones is asked first: it costs a millisecond, and the
 * first formatter of a process ten or more (Node 24).
 */
export function isTimeZone(name: string): boolean {
  // Newer engines also take plain offsets such as +02:00, which have no rules and are a typing mistake here.
  if (/^[+-]/.test(name)) return false;
  if (name === 'UTC' || Intl.supportedValuesOf('timeZone').includes(name)) return true;
  try {
    // The list leaves out other names of its zones, such as US/Eastern.
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
