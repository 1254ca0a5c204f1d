/** Whether faults of one kind can be made on this machine, and if not, why. */
export type Availability = { readonly here: true } | { readonly here: false; readonly reason: string };

/** One way to make something fail that a test cannot wait for. */
export interface Injector {
  readonly name: string;
  /** What it does, in a few words. */
  readonly does: string;
  available(): Availability;
}

/** An injector that needs nothing but Node. */
export const everywhere = (name: string, does: string): Injector => ({
  name,
  does,
  available: () => ({ here: true }),
});

/** An injector that is there if `attempt` does not throw, which is found out once. */
export function where(name: string, does: string, attempt: () => void): Injector {
  let found: Availability | undefined;
  return { name, does, available: () => (found ??= outcomeOf(attempt)) };
}

function outcomeOf(attempt: () => void): Availability {
  try {
    attempt();
    return { here: true };
  } catch (thrown) {
    const [reason = ''] = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n');
    return { here: false, reason };
  }
}

export const isHere = (injector: Injector): boolean => injector.available().here;

/** What the name of a test that needs these ends with: why it cannot be made here, if it cannot. */
export function lacking(...injectors: readonly Injector[]): string {
  const reasons = injectors.map((each) => each.available()).flatMap((each) => (each.here ? [] : [each.reason]));
  return reasons.length === 0 ? '' : ` (not here: ${reasons.join('; ')})`;
}
