const patienceMs = 1000;

/**
 * For whoever leaves at once: the daemon may not have been asked yet what the first Ctrl-C meant. One that does not answer is no
 * reason to stay.
 */
export async function askedInTime(asking: Promise<unknown> | undefined): Promise<void> {
  const { systemClock } = await import('../doors/process-table.ts');
  await Promise.race([asking, systemClock.sleep(patienceMs)]);
}
