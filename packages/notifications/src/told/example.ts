import { UmbraError, type Instant, type Notice, type NoticeEvent } from '@umbracore/contracts';
import { severityOf } from './occasion.ts';
import { deedOf } from './run-words.ts';

const failure = new UmbraError('repository.locked', 'The repository is locked by another client', {
  hint: 'Wait for it, or look at the lock with umbra doctor.',
});

/** What a person may look at before anything has happened: a made-up run of a job, told as the event. */
export function exampleNotice(event: NoticeEvent, job: string, repository: string, at: Instant): Notice {
  const error = severityOf[event] === 'error' ? failure : undefined;
  return {
    id: `example:${event}:${at}`,
    event,
    severity: severityOf[event],
    at,
    job,
    kind: 'backup',
    repository: repository === '' ? null : repository,
    run: 'r-0123456789ABCDEF',
    what: deedOf({ job, repository }, event),
    why: error?.message ?? null,
    advice: error?.hint ?? null,
    command: 'umbra show r-0123456789ABCDEF',
    details: event === 'started' ? [] : ['took 12 min', 'this is an example: nothing has happened'],
  };
}
