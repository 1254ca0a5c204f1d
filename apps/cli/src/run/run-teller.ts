import type { RunId } from '@umbracore/contracts';
import type { EventDocument, EventDocumentOf, RunDocument } from '@umbracore/runtime/documents';
import { Crowd } from '../progress/crowd.ts';
import { progressView } from '../progress/view.ts';
import type { Session } from '../session.ts';
import { tellRun } from './tell-run.ts';

/** Shows what runs do, and says of each how it ended, wherever they are carried out. */
export class RunTeller implements Disposable {
  readonly #session: Session;
  readonly #view: ReturnType<typeof progressView>;
  readonly #crowd = new Crowd();
  readonly #told = new Set<RunId>();

  constructor(session: Session) {
    this.#session = session;
    this.#view = progressView(session);
  }

  show(event: EventDocument): void {
    this.#crowd.note(event);
    this.#view.show(event, 'run' in event && this.#crowd.has(event.run));
    // Told as they end, whoever asked for them: what an earlier call left behind ends here too.
    if (event.type === 'run.finished') this.#tell(endedRun(event));
  }

  /** A run whose end may not have been seen as an event. */
  ended(run: RunDocument): void {
    if (!this.#told.has(run.id)) this.#tell(run);
  }

  [Symbol.dispose](): void {
    this.#view.close();
  }

  #tell(run: RunDocument): void {
    this.#told.add(run.id);
    tellRun(this.#session, run, run.parent !== null || this.#crowd.has(run.id));
  }
}

const endedRun = (event: EventDocumentOf<'run.finished'>): RunDocument => ({ ...event, id: event.run });
