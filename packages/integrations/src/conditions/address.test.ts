import { expect, test } from 'vitest';
import { addressOf } from './address.ts';

test.each([
  ['nas:22', 'nas', 22],
  ['nas.local:8000', 'nas.local', 8000],
  ['192.168.1.2:1', '192.168.1.2', 1],
  ['[fe80::1]:65535', 'fe80::1', 65_535],
  ['https://example.org', 'example.org', 443],
  ['https://example.org:8443/a?b', 'example.org', 8443],
  ['http://[::1]/', '::1', 80],
  ['ssh://me@nas', 'nas', 22],
  ['ssh://nas:443', 'nas', 443],
  ['sftp://me:pass@nas/backup', 'nas', 22],
  ['smb://nas/share', 'nas', 445],
  ['nfs://nas/export', 'nas', 2049],
  ['rest+tls://nas:8000/', 'nas', 8000],
])('%s', (text, host, port) => {
  expect(addressOf(text)).toEqual({ host, port });
});

test.each([
  '',
  'nas',
  'nas:',
  ':22',
  'nas:0',
  'nas:65536',
  'nas:22 ',
  'a b:22',
  'me@nas:22',
  'fe80::1:22',
  'rest://nas',
  'https://',
])('%j is no address', (text) => {
  expect(addressOf(text)).toBeUndefined();
});
