/** Pages of `umbra help TOPIC`. */
export const topics: Readonly<Record<string, string>> = {
  'exit-codes': `Exit codes

    0  done                                      20  verification found damage
    1  failed                                    21  status --check: a job is stale or failing
    2  wrong usage, unknown name                 22  restored, but the comparison differs
    3  done with a warning, as for unread files  30  no daemon is running
    4  no configuration, or an invalid one       31  the privileged program refuses, or is not there
    5  skipped, or a condition is not met        32  plug-in missing or for another version
    6  already running                           75  temporary: worth another try later
   10  no repository there                      130  interrupted from the keyboard
   11  repository locked by someone else        143  terminated by a signal
   12  wrong password

3, 10, 11, 12 and 130 are restic's own numbers. Of several jobs in one call the worst wins:
143, 130, 20, 22, 12, 10, 32, 31, 30, 4, 2, 1, 11, 75, 6, 3, 21, 5, 0. With --json each run has its own.

An error has a code of its own, in brackets: error[repository.locked]. \`umbra help repository.locked\` says
what it means and what to do.
`,
  environment: `Environment

  UMBRA_CONFIG       configuration file, instead of the discovered one
  UMBRA_STATE_DIR    journal, history, logs and made passwords
                     (default: $XDG_STATE_HOME/umbra, else ~/.local/state/umbra)
  UMBRA_CACHE_DIR    caches (default: $XDG_CACHE_HOME/umbra)
  UMBRA_RESTIC       the restic program (default: the one on PATH)
  UMBRA_BORG         the borg program, for repositories with \`backend: borg\` (default: the one on PATH)
  UMBRA_NATIVE       off: restic alone reads repositories, also those on this machine
  UMBRA_HELPER_DIR   where the sockets of the privileged program are (default: /run/umbra-helper)
  UMBRA_SECRET_PASSPHRASE_FILE    file with the passphrase of the encrypted store
  UMBRA_LOG          level of the operator's log: debug, info, warn, error, silent
  NO_COLOR, FORCE_COLOR, TERM=dumb    colour; --color goes before them
  LC_ALL, LC_CTYPE, LANG              without UTF-8 signs are OK, WARN, FAIL
  CI                 never ask

Without --config and UMBRA_CONFIG: umbra.yaml, .yml, .json, .toml or umbra.config.ts in the current
folder, then $XDG_CONFIG_HOME/umbra/, then /etc/umbra/. \`umbra config path\` tells which one won.
`,
  formatting: `Options of every command, in any place of the line

  -c, --config <file>   configuration file instead of the discovered one
  --json                one document with a schema, such as umbra.history/1; run, restore and verify
                        write one umbra.event/1 per line; errors go to stderr as umbra.error/1
  --plain               tab-separated tables without titles, no colour, plain signs, no bar
  -q, --quiet           say only what went wrong
  -v, -vv               say more; twice: also the notes of the engine
  --color <when>        auto, always, never
  --progress <form>     auto, bar, plain, json, none
  --no-input            never ask; what would be asked fails with exit code 2
  -y, --yes             agree to what would be asked
  -h, --help            help
  -V, --version         version

The answer goes to stdout, everything else to stderr. In JSON times are RFC 3339 with offset, sizes are
bytes, durations are seconds, and what is not there is null. Names from snapshots are shown with control
characters escaped; JSON has them as they are. The JSON Schemas are in the package's schemas folder.
`,
  schedules: `Schedules

  manual                      only on request
  hourly                      every full hour; hourly at :15
  every 6h                    at equal distances
  daily at 02:00              weekdays at 02:00; weekends at 10:00
  weekly on Sun at 04:00      weekly on Mon, Thu at 04:00
  monthly on 1 at 03:00       monthly on last at 03:00; monthly on last Fri at 18:00
  30 2 * * 1-5                five fields, as in cron

Instead of a phrase a map, or a list of both: { frequency: daily, preferredTime: '02:00', zone: Europe/Berlin,
  window: 01:00-06:00         starts only inside; a slot outside moves to the next opening, unless the next
                              slot starts in the same one
  blackouts: [2026-12-24/2026-12-26, 'Sat,Sun 10:00-14:00']     never starts inside
  jitter: 10m                 up to so much later, always by the same amount for the same job and host
  catchUp: run-once }         what was missed: the newest (run-once), { policy: run-all, atMost: 3 }, or skip;
                              within: 2d gives up what is older
Beside the schedule: after: JOB, or { job: JOB, on: success, within: 2h }; atLeastEvery: 14d; staleAfter: 36h;
maxRuntime: 4h; overlap: queue (waits), skip or cancel, while another run of the job is under way.

Times are those of the configured zone. A time that the spring change leaves out runs at the first minute
after it; one that the autumn change repeats runs once. Every slot has one record in \`umbra history\`: run,
skipped or missed, with the reason. A daemon starts what is due, or \`umbra run --due\` from a timer every few
minutes (\`umbra schedule install\`). \`umbra schedule check TEXT\` says what a schedule means,
\`umbra schedule preview\` what comes when, \`umbra explain JOB\` why a job does not run.
Chains: \`umbra help chains\`.
`,
  conditions: `Conditions: what has to hold for a job to start by itself

  conditions:
    power: ac                 on mains power (or: battery)       minBattery: 40%
    metered: false            not on a metered connection        network: office
    reachable: nas:22         accepts a connection; also a list  mounted: /mnt/backup
    freeSpace: { /mnt/backup: 20GiB }                            load: 0.7
    idle: 10m                 nobody types                       command: [/usr/local/bin/may-run]
    otherwise: wait           until all are met (default), or: skip
    waitFor: 6h               then it is skipped; without it, it waits until its next slot

All have to be met; what cannot be found out is not. A job that waits starts within a minute of their being
met. \`umbra explain JOB\` says what each condition saw. A run by hand is refused with exit code 5 while one
is not met; \`umbra run JOB --ignore-conditions\` does not look. Plug-ins may bring more kinds.
`,
  chains: `Chains: jobs that follow one another

  chains:
    nightly:
      schedule: daily at 01:30
      steps:
        - mount
        - { parallel: [documents, system] }          at the same time; the next step waits for both
        - { job: mirror, on: success, deadline: 4h }
        - { job: umount, closes: mount }             once, when all since mount has ended, whatever happened
        - { job: report, on: always }
      onFailure: stop

on: success (without a warning), warning, failure (failed or cancelled), skipped, always, changed (a good
end that changed something), or a list of them: any will do. Without it: success or warning. A step whose
deadline passes is missed; what follows it goes by its own \`on\`.
onFailure: stop starts nothing any more after a failure, but for what waits for one and what closes;
with continue the other branches go on. A chain fails if a step does, unless a step with on: failure
alone made up for it: then it is a warning.
Any other graph: nodes: { NAME: { job: JOB, needs: [NAME, { node: NAME, on: failure }], join: any } }
`,
  throttling: `Throttling: how gently runs work

  jobs:
    documents: { sources: ~/Documents, throttle: polite }      takes only what nobody else wants
    photos:
      sources: ~/Photos
      throttle:
        cpu: 50%                  of all processors; priority and ioPriority: normal, low or idle
        upload: 10MiB/s           download; readConcurrency: files that are read at the same time
        when:                     a later rule goes before an earlier one
          - { between: '22:00-07:00', upload: unlimited }
          - { metered: true, pause: true }
          - { power: battery, batteryBelow: 40%, pause: true }      while both are so

Sensors: between, days, power, batteryBelow, metered, userActive, loadAbove, cpuPressureAbove,
memoryPressureAbove, ioPressureAbove, temperatureAbove, latencyAbove; plug-ins may bring more. What cannot
be found out does not hold. A repository may have a throttle too; all runs on it share its transfer limits.
\`umbra throttle show\` says what holds runs back and what each sensor says; \`umbra throttle set\` changes
a run that is under way.
`,
  hooks: `Hooks: programs around the work of a job or a chain

  jobs:
    database:
      sources: /var/backups/app
      hooks:
        before: { run: [pg_dump, --file=/var/backups/app/db, app], timeout: 30m }
        after: [systemctl, start, app]              behind a good end
        onError: { shell: 'logger "$UMBRA_ERROR_CODE"' }
        finally: { shell: rm -f /var/backups/app/db }
  media:
    sources: /tank/media/.zfs
    hooks: { before: { use: zfs, options: tank/media } }     a plug-in that brings "zfs" does it

They come in each attempt, and start in the home folder or in cwd. One that fails is tried again, up to tries
in all (1), with delay between (10s); each may take as long as timeout says (5m). If before fails the run
does, or is skipped or goes on, as onFailure: fail, skip or continue says; its exit code 75 means not now and
skips the run. What fails behind the work is told and changes no verdict. finally comes once the attempt has
ended in any way, after a crash too, then perhaps twice.
In the environment: UMBRA_HOOK, UMBRA_JOB, UMBRA_RUN, UMBRA_KIND, UMBRA_ATTEMPT, UMBRA_REPOSITORY; behind
the work UMBRA_OUTCOME and UMBRA_SNAPSHOT. Also: env: { A: env:A }, and secrets: { B: store:b }, read from the
file that B_FILE names. What a hook said: \`umbra logs RUN\`.
`,
  notifications: `Notifications: who is told of what

  notifications:
    channels:
      phone: { type: ntfy, url: 'https://ntfy.example.net/backups', token: store:ntfy }
      script: { type: command, run: [/usr/local/bin/tell] }          the text comes at its input
    rules:
      - { on: [failed, stale, recovered], to: phone, repeatEvery: 24h, quietHours: 23:00-07:00 }
      - { on: [succeeded, warning], to: script, digest: weekly on Mon at 08:00 }

Types: email, webhook, ntfy, slack, discord, telegram, gotify, pushover, matrix, healthchecks, desktop,
command; plug-ins may bring more. A command starts in the home folder, as hooks do.
Events: started, succeeded, warning, failed, cancelled, skipped, missed, verify-failed, hook-failed, stale,
quota, recovered, alarm. A rule may also say severity, jobs and tags.
What did not arrive is tried again until it does, by the daemon or the next \`umbra run\`.
\`umbra notify preview failed\` shows a message and who would get it, \`umbra notify test phone\` sends one.
`,
  secrets: `Secrets

A configuration names where a secret is, never the secret itself:

  password: env:BACKUP_PASSWORD              an environment variable
  password: file:/etc/umbra/home.pass        a file, mode 0600
  password: { command: [pass, show, home] }  what a program prints
  password: store:umbra/home                 the encrypted store of this machine: umbra secret set umbra/home
  password: keychain:umbra/home              the keychain of the session, by secret-tool or security; where
                                             none answers, store:umbra/home is taken, and
                                             \`umbra secret check\` says so
  password: credential:home                  what systemd hands to the service: LoadCredentialEncrypted=home

\`umbra init\` and \`repo create\` make a password of 64 random characters and keep it in a file of
mode 0600 below the state folder.
Keep a copy somewhere else: without it nobody can read the repository, this program and its authors included.
\`umbra repo kit NAME --with-password\` prints it together with all that a restore without umbra takes.
Secrets reach restic through inherited file descriptors: they are not in its arguments or its environment
where restic allows that, and never in logs, errors, history or events.
`,
  patterns: `Patterns

Excludes of a job are restic's patterns: *.tmp, **/node_modules, /home/me/Downloads.

\`restore --include\` and \`--exclude\` take:
  *.pdf           a name at any depth; * and ? stay within a name
  taxes/**/*.pdf  ** crosses folders
  /etc/ssh        a leading slash starts at the root of the snapshot
What is below a folder that fits, fits too. Excludes win over includes. Quote patterns, or the shell
replaces them first.
`,
  refs: `Refs: how to name a snapshot

  41dbb77c               by id, four characters or more
  latest                 the newest of all
  documents@latest       the newest of the job documents; documents@0 is the same
  documents@-2           two before the newest
  documents@2026-11-20   the newest one at the end of that day

What is dated in the future, or marked to be forgotten, is named by its id alone, unless there is nothing
else.

Each may be followed by :PATH, absolute (:/etc/ssh) or relative to a source (:Documents/taxes).
`,
  plugins: `Plug-ins

A plug-in adds a backend, secrets, a condition, a kind of channel, a sensor or a hook. It is loaded only if
the configuration names it, from the folder of that file:

  plugins:
    - ./plugins/tape.ts          a file of JavaScript or TypeScript: runs inside umbra
    - '@example/umbra-vault'     a package of npm
    - use: ./plugins/moon.py     any other executable: asked in JSON lines, a process for each question
      options: { phase: full }

  umbra plugin new tape                    a folder with a working backend (--language python)
  umbra plugin check ./tape/tape.ts        whether it keeps the contracts of what it brings
  umbra plugin add ./tape/tape.ts          name it in the configuration
  umbra plugin list                        what is there, what it brings, what is wrong

One that is absent, broken or made for another version of the API ends with exit code 32. One that others
may change is refused to root. How to write one: docs/plugins.md.
`,
};
