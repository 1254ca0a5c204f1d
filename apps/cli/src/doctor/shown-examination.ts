import type { Progress } from '@umbracore/contracts';
import { printable } from '../output/printable.ts';
import { shortenEnd } from '../output/width.ts';
import { operationView } from '../progress/operation-view.ts';
import type { Session } from '../session.ts';

/** What is still looked at: a line at the bottom of a terminal, or events for whoever asked for them. */
export interface ShownExamination extends Disposable {
  readonly report: (progress: Progress) => void;
  /** Lets something be written above it. */
  giveWay(write: () => void): void;
}

export function shownExamination(session: Session): ShownExamination {
  const { globals, stderr, json, verbosity } = session;
  if (globals.progress === 'json') {
    const view = operationView(session, 'examining');
    return {
      report: (progress) => view.show(progress),
      giveWay: (write) => write(),
      [Symbol.dispose]: () => view.close(),
    };
  }
  const isShown = !json && verbosity >= 0 && stderr.isTerminal && globals.progress !== 'none';
  return isShown ? liveLine(session) : { report() {}, giveWay: (write) => write(), [Symbol.dispose]() {} };
}

function liveLine({ stderr, signs }: Session): ShownExamination {
  let line = '';
  const draw = (): void => {
    if (line !== '') stderr.draw([shortenEnd(line, stderr.columns - 3, signs.ellipsis)]);
  };
  return {
    report({ filesProcessed, filesTotal, currentFiles }) {
      const names = currentFiles.map(printable).join(', ');
      line = names === '' ? '' : `${filesProcessed} of ${filesTotal ?? 0} looked at; now: ${names}`;
      draw();
    },
    giveWay(write) {
      stderr.erase();
      write();
      draw();
    },
    [Symbol.dispose]: () => stderr.erase(),
  };
}
