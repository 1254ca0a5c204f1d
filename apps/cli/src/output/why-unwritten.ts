/** What kept standard output from being written. Undefined if it is only that nobody reads it any more: so `| head` ends. */
export function whyUnwritten(error: unknown): NodeJS.ErrnoException | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall }: NodeJS.ErrnoException = error;
  return syscall === 'write' && code !== 'EPIPE' && code !== 'ECONNRESET' ? error : undefined;
}
