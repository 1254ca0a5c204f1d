import { signalProcess } from './process-tree.ts';

/**
 * Sessions that must not outlive this process when it ends in order. One listener serves them all: Node warns when there
 * are more than ten.
 */
export class CallSessions {
  readonly #sessions = new Set<number>();
  readonly #killAll = (): void => {
    for (const session of this.#sessions) signalProcess(-session, 'SIGKILL');
  };

  add(session: number): void {
    if (this.#sessions.size === 0) process.once('exit', this.#killAll);
    this.#sessions.add(session);
  }

  delete(session: number): void {
    this.#sessions.delete(session);
    if (this.#sessions.size === 0) process.removeListener('exit', this.#killAll);
  }
}
