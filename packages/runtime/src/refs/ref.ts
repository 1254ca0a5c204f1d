import { nameForm, UmbraError } from '@umbracore/contracts';

/** Which snapshot of those that qualify. */
export type Selector =
  | { readonly type: 'id'; readonly id: string }
  /** 0 is the newest, 1 the one before. */
  | { readonly type: 'back'; readonly steps: number }
  /** The newest one made on or before the end of this local day. */
  | { readonly type: 'day'; readonly year: number; readonly month: number; readonly day: number };

/** `[JOB@]SNAPSHOT[:PATH]` */
export interface Ref {
  readonly job: string | undefined;
  readonly selector: Selector;
  readonly path: string | undefined;
}

const form = /^(?:(?<job>[A-Za-z0-9][\w.-]*)@)?(?<which>[^:@]+)(?::(?<path>.*))?$/su;

/** Throws `usage.invalid` with the forms that exist. */
export function parseRef(text: string): Ref {
  const { job, which, path } = form.exec(text)?.groups ?? {};
  const selector = which === undefined ? undefined : selectorOf(which);
  if (selector === undefined || (selector.type === 'day' && job === undefined)) {
    throw new UmbraError('usage.invalid', `"${text}" names no snapshot`, {
      hint:
        job === undefined && which !== undefined && nameForm.test(which)
          ? `If ${which} is a job, write ${which}@latest, ${which}@-1 or ${which}@2026-11-20. See umbra help refs.`
          : 'Write 41dbb77c, latest, JOB@latest, JOB@-2 or JOB@2026-11-20, each with :PATH behind if you like.',
    });
  }
  return { job, selector, path: path === undefined || path === '' ? undefined : path };
}

function selectorOf(word: string): Selector | undefined {
  if (word === 'latest') return { type: 'back', steps: 0 };
  const back = /^-?(?<steps>\d{1,3})$/.exec(word)?.groups?.['steps'];
  if (back !== undefined && (word.startsWith('-') || word === '0')) return { type: 'back', steps: Number(back) };
  const date = /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)$/.exec(word)?.groups;
  if (date !== undefined) return dayOf(Number(date['year']), Number(date['month']), Number(date['day']));
  return /^[0-9a-f]{4,64}$/.test(word) ? { type: 'id', id: word } : undefined;
}

function dayOf(year: number, month: number, day: number): Selector | undefined {
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? { type: 'day', year, month, day } : undefined;
}

/** Chooses among snapshots, oldest first. Undefined if none fits; several if an id is ambiguous. */
export function selectSnapshots<
  T extends { readonly id: string; readonly time: number; readonly original?: string | undefined },
>(selector: Selector, snapshots: readonly T[]): readonly T[] {
  switch (selector.type) {
    case 'id': {
      const found = snapshots.filter(({ id }) => id.startsWith(selector.id));
      // The history has the id that it had before it was pinned.
      return found.length > 0 ? found : snapshots.filter(({ original }) => original?.startsWith(selector.id) === true);
    }
    case 'back':
      return snapshots.slice(snapshots.length - 1 - selector.steps).slice(0, snapshots.length > selector.steps ? 1 : 0);
    case 'day': {
      const end = new Date(selector.year, selector.month - 1, selector.day + 1).getTime();
      return snapshots.filter(({ time }) => time < end).slice(-1);
    }
  }
}
