import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, test } from 'vitest';
import { aMessage, kindNamed, secretText, send, valuesOf } from './support.ts';

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly user: unknown;
  readonly secure: boolean;
}

/** A real SMTP server on loopback, that holds the protocol and logins as any other. */
async function aServer(options: SMTPServerOptions = {}) {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onAuth({ username, password }, _session, answer) {
      if (username === 'me' && password === secretText) answer(null, { user: username });
      else answer(Object.assign(new Error('no such login'), { responseCode: 535 }));
    },
    onData(stream, session, done) {
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const to = rcptTo.map(({ address }) => address);
        mails.push({ from, to, text, user: session.user, secure: session.secure });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { mails, smtp: `smtp://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

const letter = { from: 'umbra@example.net', to: ['me@example.net', 'you@example.net'] };

test('a mail has its text, its subject and an id that stays, in a connection that is encrypted where it can be', async () => {
  await using server = await aServer();
  for (const tls of [{}, { tls: 'off' }]) await send('email', { ...letter, smtp: server.smtp, ...tls });
  const [mail, again] = server.mails;
  expect(server.mails.map(({ secure }) => secure)).toEqual([true, false]);
  expect(mail).toMatchObject({ from: letter.from, to: letter.to });
  const id = (text: string | undefined): string | undefined => /^Message-ID: (.*)$/im.exec(text ?? '')?.[1];
  expect(id(mail?.text)).toBeDefined();
  expect(id(mail?.text)).toBe(id(again?.text));
  expect(mail?.text).toContain('Subject: attic: documents to home failed\r\n');
  expect(mail?.text).toContain('Auto-Submitted: auto-generated');
  expect(mail?.text).toMatch(/^From: umbra@example\.net\r$/m);
});

test('where encryption is required the certificate has to be valid, and what is wrong with it is said', async () => {
  await using server = await aServer();
  // The certificate of the test server is its own.
  const error: unknown = await send('email', { ...letter, smtp: server.smtp, tls: 'required' }).catch(
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ code: 'notify.unreachable', hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
  expect(String(error)).not.toContain('Node.js');
  expect(server.mails).toEqual([]);
});

test.each(['optional', 'off'])(
  'by smtps to a server that is not here the certificate has to be valid: tls %s',
  async (tls) => {
    await using server = await aServer({ secure: true });
    // Any address of this machine but those by which it is known to be this one.
    const smtp = server.smtp.replace('smtp://127.0.0.1', 'smtps://0.0.0.0');
    const refused = { code: 'notify.unreachable', hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') };
    await expect(send('email', { ...letter, smtp, tls })).rejects.toMatchObject(refused);
    expect(server.mails).toEqual([]);
    await send('email', { ...letter, smtp: smtp.replace('0.0.0.0', '127.0.0.1'), tls });
    expect(server.mails).toHaveLength(1);
  },
);

test('nothing that happened can add a header or a receiver', async () => {
  await using server = await aServer();
  const subject = 'bad\r\nBcc: thief@example.net';
  await send('email', { ...letter, smtp: server.smtp, tls: 'off' }, aMessage({ subject }));
  expect(server.mails[0]?.to).toEqual(letter.to);
  expect(server.mails[0]?.text).not.toMatch(/^Bcc:/im);
});

test('a login is used, and one that is refused is a matter for a person', async () => {
  await using server = await aServer({ authOptional: false, hideSTARTTLS: true, allowInsecureAuth: true });
  await send('email', { ...letter, smtp: server.smtp, tls: 'off', user: 'me', password: secretText });
  expect(server.mails[0]?.user).toBe('me');
  const wrong = { ...letter, smtp: server.smtp, tls: 'off', user: 'me', password: 'wrong-password' };
  const error: unknown = await send('email', wrong).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'notify.refused', hint: 'Look at its user and password.' });
});

test('without encryption nothing is sent to a server that is not here, and the login least of all', async () => {
  await using server = await aServer({ hideSTARTTLS: true });
  await expect(send('email', { ...letter, smtp: server.smtp, tls: 'required' })).rejects.toMatchObject({
    code: 'notify.unreachable',
  });
  expect(server.mails).toEqual([]);
});

test.each([
  [451, 'notify.unreachable'],
  [550, 'notify.refused'],
] as const)('a receiver that is refused with %d is %s', async (responseCode, code) => {
  await using server = await aServer({
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('not now'), { responseCode })),
  });
  await expect(send('email', { ...letter, smtp: server.smtp, tls: 'off' })).rejects.toMatchObject({ code });
});

test('a server that hangs is left when the time is over', async () => {
  await using server = await aServer({ onConnect: () => undefined });
  const abort = new AbortController();
  const sent = send('email', { ...letter, smtp: server.smtp }, aMessage(), abort.signal);
  setImmediate(() => abort.abort());
  await expect(sent).rejects.toMatchObject({ code: 'notify.unreachable' });
});

test('an address that is none is refused with the configuration', () => {
  expect(() => kindNamed('email').check?.(valuesOf({ smtp: 'mail.example.net' }))).toThrow('no smtp or smtps address');
});
