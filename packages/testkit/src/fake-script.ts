import { type ErrorCode, UmbraError } from '@umbracore/contracts';

/** The methods of a backend whose next call a test can decide. */
export type BackendMethod =
  | 'engine'
  | 'open'
  | 'create'
  | 'backup'
  | 'holds'
  | 'snapshots'
  | 'snapshotIds'
  | 'list'
  | 'openTrees'
  | 'find'
  | 'diff'
  | 'dump'
  | 'restore'
  | 'check'
  | 'checkNew'
  | 'coverage'
  | 'forget'
  | 'prune'
  | 'copyFrom'
  | 'tag'
  | 'statistics'
  | 'locks'
  | 'removeLocks'
  | 'keys'
  | 'repair'
  | 'upgrade'
  | 'addKey'
  | 'removeKey'
  | 'addMachineKey'
  | 'removeMachineKey';

/** A call that waits where a test told it to. */
export interface HeldCall {
  /** Resolves when the call has arrived. */
  readonly reached: Promise<void>;
  release(): void;
}

interface Step {
  readonly method: BackendMethod | undefined;
  readonly act: (signal: AbortSignal) => Promise<void>;
}

/** What the next calls of a fake will do, in the order in which it was asked for. */
export class FakeScript {
  readonly #steps: Step[] = [];

  fail(error: UmbraError, method: BackendMethod | undefined, times: number): void {
    const rejecting = async () => {
      throw error;
    };
    for (let time = 0; time < times; time += 1) this.#steps.push({ method, act: rejecting });
  }

  hold(method: BackendMethod | undefined): HeldCall {
    const reached = gate();
    const released = gate();
    this.#steps.push({
      method,
      act: (signal) => {
        reached.open();
        return abortable(released.passed, signal);
      },
    });
    return { reached: reached.passed, release: released.open };
  }

  /** Does what was asked for this call, then looks whether it was cancelled. */
  async play(method: BackendMethod, signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    const index = this.#steps.findIndex((step) => step.method === undefined || step.method === method);
    const [step] = index === -1 ? [] : this.#steps.splice(index, 1);
    await step?.act(signal);
    throwIfCancelled(signal);
  }
}

function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

export function scriptedError(code: ErrorCode, message = `scripted failure ${code}`): UmbraError {
  return new UmbraError(code, message, { hint: 'Take it out of the script.' });
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

function cancelled(): UmbraError {
  return new UmbraError('run.cancelled', 'cancelled');
}

async function abortable(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = gate();
  signal.addEventListener('abort', aborted.open, { once: true });
  await Promise.race([promise, aborted.passed]);
  signal.removeEventListener('abort', aborted.open);
  throwIfCancelled(signal);
}
