import type { Runtime } from '@umbracore/runtime';
import { eventDocument } from '@umbracore/runtime/documents';
import type { Session } from '../session.ts';
import { eventSentence } from './sentences.ts';

/** Says for whom is waited who may be dead, where no runs are shown. */
export const tellDoubts = (session: Session, { events }: Pick<Runtime, 'events'>): Disposable =>
  events.on('run.doubted', (event) => session.notice(eventSentence(eventDocument(event), session, true) ?? ''));
