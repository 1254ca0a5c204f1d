// Servers that take notifications, from the distribution's archive, for tests: ntfy, Synapse for Matrix, and Exim for mail.
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { fetchDebianTree, unpackedAt } from './debian.mjs';
import { Failure } from './dev/process.mjs';
import { librariesOf, namesIn, writeLauncher } from './launchers.mjs';
import { writePythonLauncher } from './python.mjs';

const launcherOf = (name, tree) => (suite) => join(unpackedAt(`${tree}-with-all`, suite), 'tools', name);

export const ntfy = {
  at: launcherOf('ntfy', 'ntfy'),
  fetch: (suite) =>
    fetchDebianTree('ntfy', suite, {
      only: /^(?:ntfy|lib(?:c6|sqlite3-0))$/,
      ownLibc: true,
      finish: (folder) => writeLauncher(folder, 'tools/ntfy', 'usr/bin/ntfy'),
    }),
};

/** Without fonts, video codecs and what sets a machine up. */
const ofSynapse =
  /^(?:matrix-synapse|zlib1g|python3(?!-psycopg)\S*|lib(?!js-|pam|aom|dav1d|gav1|rav1e|svtav1|absl|avif|yuv|glib|harfbuzz|freetype|c-gconv|semanage|sepol|gnutls)\S*)$/;

export const synapse = {
  at: launcherOf('synapse', 'matrix-synapse'),
  fetch: (suite) =>
    fetchDebianTree('matrix-synapse', suite, {
      only: ofSynapse,
      ownLibc: true,
      finish(folder) {
        writePythonLauncher(folder, 'tools/synapse', '-m synapse.app.homeserver', { compiles: true });
        const { status, stderr } = spawnSync(join(folder, 'tools/synapse'), ['--help'], { encoding: 'utf8' });
        if (status !== 0) throw new Failure(`Synapse of ${suite} does not run here:\n${stderr.slice(-500)}`);
      },
    }),
};

/** With what makes a certificate for it, and what stands in for the users that its package would add to the system. */
const ofExim = /^(?:exim4-(?:base|daemon-light)|openssl|zlib1g|lib(?!perl|pam|semanage|sepol|selinux|\S*-perl$)\S*)$/;

export const exim = {
  at: launcherOf('exim', 'exim4-daemon-light'),
  fetch: (suite) =>
    fetchDebianTree('exim4-daemon-light', suite, {
      also: ['openssl', 'libnss-wrapper'],
      only: ofExim,
      finish(folder) {
        // Not as root, whoever unpacked it.
        chmodSync(join(folder, 'usr/sbin/exim4'), 0o755);
        const place = librariesOf(folder).find((each) => namesIn(join(folder, each)).includes('libnss_wrapper.so'));
        writeLauncher(folder, 'tools/exim', 'usr/sbin/exim4', {
          env: { LD_PRELOAD: `$here/${place}/libnss_wrapper.so` },
        });
        writeLauncher(folder, 'tools/openssl', 'usr/bin/openssl', { env: { OPENSSL_CONF: '/dev/null' } });
      },
    }),
};
