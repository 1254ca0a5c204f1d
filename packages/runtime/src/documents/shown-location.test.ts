import { expect, test } from 'vitest';
import { shownLocation } from './shown-location.ts';

test.each([
  ['/mnt/backup', '/mnt/backup'],
  ['rest:https://me:pass:w@rd@host:8000/repo', 'rest:https://me:***@host:8000/repo'],
  ['rest:https://host:8000/a:b@c', 'rest:https://host:8000/a:b@c'],
  ['sftp:me@host:/path', 'sftp:me@host:/path'],
  ['s3:https://s3.example.net/bucket', 's3:https://s3.example.net/bucket'],
])('%s is shown as %s', (location, shown) => {
  expect(shownLocation(location)).toBe(shown);
});
