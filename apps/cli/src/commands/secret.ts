import { defineCommand } from '../command.ts';

export interface SecretSetFlags {
  readonly generate?: boolean;
  readonly replace?: boolean;
}

export interface SecretRotateFlags {
  readonly passphraseFile?: string;
}

export const secret = defineCommand({
  name: 'secret',
  group: 'Look after it',
  text: 'the encrypted store of this machine',
  brief: true,
  examples: ['umbra secret set ntfy-token', 'pass show backup | umbra secret set umbra/home', 'umbra secret check'],
  notes: [
    'What is set here is found as store:NAME in the configuration. It stands in one file in the state folder, encrypted',
    'with AES-256-GCM; the key is a file of mode 0600 beside it, or comes by scrypt from the passphrase in the file that',
    'UMBRA_SECRET_PASSPHRASE_FILE names. With a key file it keeps secrets out of the configuration and its copies, not',
    'from whoever may read the state folder. Other places for secrets: umbra help secrets.',
  ],
  children: [
    defineCommand({
      name: 'set',
      operands: '<name>',
      text: 'add a secret, from standard input or a prompt',
      options: [
        { flags: '--generate', text: 'make one up: 43 random characters' },
        { flags: '--replace', text: 'in the place of one that is there' },
      ],
      load: async () => ({ action: (await import('../actions/secret.ts')).set }),
    }),
    defineCommand({
      name: 'list',
      text: 'names, and when each was set',
      load: async () => ({ action: (await import('../actions/secret.ts')).list }),
    }),
    defineCommand({
      name: 'check',
      text: 'whether every secret is there that the configuration refers to, wherever it is kept',
      load: async () => ({ action: (await import('../actions/secret.ts')).check }),
    }),
    defineCommand({
      name: 'remove',
      operands: '<name>',
      text: 'remove one',
      load: async () => ({ action: (await import('../actions/secret.ts')).remove }),
    }),
    defineCommand({
      name: 'rotate',
      text: 'encrypt all of them with a new key',
      options: [{ flags: '--passphrase-file <file>', text: 'with the passphrase in this file instead of a key file' }],
      load: async () => ({ action: (await import('../actions/secret.ts')).rotate }),
    }),
  ],
});
