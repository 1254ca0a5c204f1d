import { hash } from 'node:crypto';
import type { Message, NotifierKind } from '@umbracore/contracts';
import { UmbraError } from '@umbracore/contracts';
import { cutTo, sendHttp } from './http.ts';

/** What the service keeps of a body. */
const longestBody = 100_000;

/** It takes five pings a minute of a check. */
const rateMs = 60_000;

/**
 * `healthchecks`: pings of Healthchecks and what speaks like it: start, success, fail and log, with the id of the run, so that
 * it can tell how long each took. One check is for one job: the rule names it.
 */
export function healthchecks(): NotifierKind {
  return {
    kind: 'healthchecks',
    text: 'pings of Healthchecks: start, success, fail and log, with the id of the run',
    settings: {
      url: { type: 'text', required: true, text: 'the ping address of the check, best by reference: env:HC_URL' },
      warnings: {
        type: 'text',
        choices: ['success', 'fail', 'log'],
        text: 'what a run with a warning counts as; fail unless it is said',
      },
    },
    async send(message, values, signal) {
      const url = new URL(addressOfCheck(values.text('url')));
      const signal_ = pingOf(message, values.text('warnings') ?? 'fail');
      url.pathname = url.pathname.replace(/\/+$/, '') + signal_;
      const run = message.notices.length === 1 ? message.notices[0]?.run : undefined;
      if (typeof run === 'string') url.searchParams.set('rid', uuidOf(run));
      const headers = { 'content-type': 'text/plain; charset=utf-8' };
      throwIfNotTaken(await sendHttp({ url: url.href, headers, body: cutTo(message.text, longestBody) }, signal));
    },
  };
}

/** A ping by the id of a check is answered by 200 also where there is no such check, or one had too many of them. */
function throwIfNotTaken(answer: string): void {
  if (answer.includes('(not found)'))
    throw new UmbraError('notify.refused', 'it has no check of this address', {
      hint: 'Copy the ping URL of the check.',
    });
  if (answer.includes('(rate limited)'))
    throw new UmbraError('notify.unreachable', 'it had too many pings of this check within a minute', {
      hint: 'Wait a moment: it takes five pings of a check in a minute.',
      context: { retryAfterMs: rateMs },
    });
}

function addressOfCheck(text: string | undefined): string {
  if (text !== undefined && URL.canParse(text)) return text;
  throw new UmbraError('notify.refused', 'its address is no URL', { hint: 'Copy the ping URL of the check.' });
}

function pingOf({ event }: Message, warnings: string): string {
  switch (event) {
    case 'started':
      return '/start';
    case 'succeeded':
    case 'recovered':
      return '';
    case 'warning':
      return warnings === 'success' ? '' : `/${warnings}`;
    case 'failed':
    case 'verify-failed':
    case 'missed':
    case 'stale':
    case 'alarm':
      return '/fail';
    case 'cancelled':
    case 'skipped':
    case 'hook-failed':
    case 'quota':
    case 'digest':
      return '/log';
  }
}

/** Always the same of the same run, in the form that the service wants. */
function uuidOf(run: string): string {
  const digits = hash('sha256', run).slice(0, 32).split('');
  digits[12] = '8';
  digits[16] = '8';
  const text = digits.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
