import { UmbraError, type ChannelValues, type Message, type NotifierKind } from '@umbracore/contracts';

const quietMs = 15_000;

/**
 * `email`: by SMTP. The connection is encrypted, with a valid certificate, unless the server is on this machine or the channel says
 * otherwise.
 */
export function email(): NotifierKind {
  return {
    kind: 'email',
    text: 'mail by SMTP',
    settings: {
      smtp: { type: 'text', required: true, text: 'the server: smtp://host:587, smtps://host:465, or by reference' },
      user: { type: 'text', text: 'who logs in there, unless the address says it' },
      password: { type: 'secret', text: 'of the user' },
      from: { type: 'text', required: true, text: 'the address of the sender' },
      to: { type: 'texts', required: true, text: 'one address or a list of them' },
      tls: {
        type: 'text',
        choices: ['required', 'optional', 'off'],
        text: 'required unless it is said; optional with a server on this machine: then any certificate will do, or none',
      },
    },
    check(values) {
      const address = values.text('smtp');
      if (address !== undefined) serverOf(address, 'config.invalid-value');
    },
    async send(message, values, signal) {
      const { createTransport } = await import('nodemailer');
      const transport = createTransport(optionsOf(values));
      try {
        await transport.sendMail({ ...mailOf(message, values), signal });
      } catch (thrown) {
        throw failureOf(thrown);
      } finally {
        transport.close();
      }
    },
  };
}

function serverOf(text: string, code: 'config.invalid-value' | 'notify.refused'): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^smtps?:$/.test(url.protocol) && url.hostname !== '') return url;
  throw new UmbraError(code, 'the server of a channel for mail is no smtp or smtps address', {
    hint: 'write smtp://mail.example.net:587 or smtps://mail.example.net:465',
    context: { setting: 'smtp' },
  });
}

const isHere = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);

function optionsOf(values: ChannelValues) {
  const url = serverOf(values.text('smtp') ?? '', 'notify.refused');
  const secure = url.protocol === 'smtps:';
  const tls = values.text('tls') ?? (isHere(url.hostname) ? 'optional' : 'required');
  const user = values.text('user') ?? decodeURIComponent(url.username);
  const pass = values.text('password') ?? decodeURIComponent(url.password);
  return {
    host: url.hostname.replaceAll(/[[\]]/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: tls === 'required' && !secure,
    ignoreTLS: tls === 'off',
    // Where none would do as well, a certificate that the server made itself is no reason to send nothing: mail servers come with one.
    // Elsewhere smtps was asked for by its name, and is worth nothing without a valid one.
    tls: { rejectUnauthorized: tls === 'required' || (secure && !isHere(url.hostname)) },
    connectionTimeout: quietMs,
    greetingTimeout: quietMs,
    socketTimeout: quietMs,
    // What a message says never makes it read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user === '' ? {} : { auth: { user, pass } }),
  };
}

const mailOf = ({ id, subject, text, severity, at, host }: Message, values: ChannelValues) => ({
  from: values.text('from'),
  to: [...values.texts('to')],
  subject,
  text: `${text}\n\n-- \numbra on ${host}`,
  date: new Date(at),
  // The same each time that it is tried: a server or a reader may see that it has it.
  messageId: `<${Buffer.from(id).toString('base64url').slice(0, 120)}@umbra>`,
  priority: severity === 'error' ? ('high' as const) : ('normal' as const),
  headers: { 'Auto-Submitted': 'auto-generated', 'X-Umbra-Id': encodeURIComponent(id) },
});

/** Answers of SMTP from 500 on are final, from 400 on they pass. A login that is refused is a matter for a person. */
function failureOf(thrown: unknown): UmbraError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const status = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : undefined;
  const code = 'code' in error ? String(error.code) : '';
  const isFinal = status === undefined ? code === 'EAUTH' || code === 'EENVELOPE' : status >= 500;
  // To the sentence about a certificate Node adds what to do with Node.
  const [message = ''] = error.message.split('; if the root CA is installed locally');
  return new UmbraError(isFinal ? 'notify.refused' : 'notify.unreachable', message, { hint: hintFor(code, message) });
}

function hintFor(code: string, message: string): string {
  if (code === 'EAUTH') return 'Look at its user and password.';
  return /certificate|altnames/i.test(message)
    ? 'Give the server a valid certificate for its name, or name the file of its authority in NODE_EXTRA_CA_CERTS.'
    : 'Look at its server, and at what the server says.';
}
