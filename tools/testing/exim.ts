import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort, serve } from './servers/start.ts';
import { unprivileged, whyNoServer } from './unprivileged.ts';

const program = process.env['UMBRA_TEST_EXIM'] ?? '';

/** Why there is no server to test with; empty if there is one. */
export const noExim = whyNoServer('Exim', program);

/** Who stands for the user that its package would make. */
const owner = unprivileged.uid ?? process.getuid?.() ?? 0;

/** Exim, which takes mail for example.net from those who log in over TLS, and puts it into a folder. */
export class Exim implements AsyncDisposable {
  /** Where it takes mail. */
  readonly port: number;
  /** Who may sign its certificate: itself. */
  readonly certificate: string;
  readonly #folder: string;
  readonly #stop: () => Promise<void>;

  private constructor(folder: string, port: number, stop: () => Promise<void>) {
    this.port = port;
    this.certificate = join(folder, 'certificate.pem');
    this.#folder = folder;
    this.#stop = stop;
  }

  /** With a user `keeper`. */
  static async start(password: string): Promise<Exim> {
    const folder = mkdtempSync(join(tmpdir(), 'umbra-exim-'));
    const port = await freePort();
    const at = (name: string): string => join(folder, name);
    for (const name of ['mail', 'mail/new', 'spool', 'log']) mkdirSync(at(name));
    writeFileSync(at('passwd'), `root:x:0:0::/:/bin/sh\nDebian-exim:x:${owner}:${owner}::/:/bin/false\n`);
    writeFileSync(at('group'), `root:x:0:\nDebian-exim:x:${owner}:\nmail:x:8:\n`);
    writeFileSync(at('configuration'), configuration(folder, port, password));
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const key = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
    const files = ['-keyout', at('key.pem'), '-out', at('certificate.pem')];
    execFileSync(join(dirname(program), 'openssl'), [...key, ...names, ...files], { stdio: 'ignore' });
    if (unprivileged.uid !== undefined)
      for (const name of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })])
        chownSync(at(name), owner, owner);
    const users = { NSS_WRAPPER_PASSWD: at('passwd'), NSS_WRAPPER_GROUP: at('group') };
    const stop = await serve(program, ['-C', at('configuration'), '-bdf'], folder, port, {
      ...unprivileged,
      env: users,
    });
    return new Exim(folder, port, stop);
  }

  /** What was delivered, each as it arrived. */
  mails(): readonly string[] {
    const folder = join(this.#folder, 'mail', 'new');
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const configuration = (folder: string, port: number, password: string): string => `
exim_user = Debian-exim
exim_group = Debian-exim
exim_path = ${program}
primary_hostname = mail.example.net
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
never_users =
keep_environment = NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%s
pid_file_path = ${folder}/pid
tls_certificate = ${folder}/certificate.pem
tls_privatekey = ${folder}/key.pem
tls_advertise_hosts = *
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
acl_smtp_rcpt = receivers
begin acl
receivers:
  deny !authenticated = *
       message = log in first
  deny !domains = example.net
       message = not a mailbox of this server
  accept
begin routers
here:
  driver = accept
  transport = folder
begin transports
folder:
  driver = appendfile
  maildir_format
  directory = ${folder}/mail
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{keeper}}{eq{$auth3}{${password}}}}}
  server_set_id = $auth2
`;
