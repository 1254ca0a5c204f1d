import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Exim, noExim } from '../../../tools/testing/exim.ts';
import { until, World, type Outcome } from './support/world.ts';

const password = 'a-mail-password-2b8';

describe.skipIf(noExim !== '')(`a real mail server (${noExim || 'Exim'})`, () => {
  let world: World;
  let server: Exim;

  beforeAll(async () => {
    world = new World();
    server = await Exim.start(password);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    world[Symbol.dispose]();
  });
  beforeEach(() => configure());

  function configure(to = 'you@example.net'): void {
    writeFileSync(world.at('mail'), password, { mode: 0o600 });
    writeFileSync(
      world.config,
      `notifications:
  channels:
    post:
      type: email
      smtp: smtp://127.0.0.1:${server.port}
      tls: required
      user: keeper
      password: file:${world.at('mail')}
      from: umbra@example.net
      to: ${to}
jobs:
  nothing: { command: ['true'] }
`,
    );
  }

  const tell = (trusting = true): Promise<Outcome> =>
    world.start(['notify', 'test', 'post'], { env: trusting ? { NODE_EXTRA_CA_CERTS: server.certificate } : {} }).ended;

  test('delivers what it was handed by somebody who logged in over TLS', async () => {
    expect(await tell()).toMatchObject({ code: 0 });
    await until('it is delivered', () => server.mails().length > 0);
    const [mail = ''] = server.mails();
    expect(mail).toMatch(/with esmtpsa\s+\(TLS1\.3\)/);
    expect(mail).toMatch(/^From: umbra@example\.net$/m);
    expect(mail).toMatch(/^To: you@example\.net$/m);
    expect(mail).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(mail).toMatch(/^-- \numbra on /m);
  });

  test('is not trusted with the password unless its certificate is', async () => {
    const { code, stderr } = await tell(false);
    expect([code, stderr]).toEqual([75, expect.stringContaining('self-signed certificate')]);
  });

  test('refuses a wrong password, and a receiver who is not there, for good', async () => {
    writeFileSync(world.at('mail'), 'wrong-password-2b8', { mode: 0o600 });
    const wrong = await tell();
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('Look at its user and password')]);
    configure('somebody@example.org');
    const elsewhere = await tell();
    expect([elsewhere.code, elsewhere.stderr]).toEqual([1, expect.stringContaining('not a mailbox of this server')]);
  });
});
