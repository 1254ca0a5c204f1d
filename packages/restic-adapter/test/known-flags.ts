/** What a flag of restic can do to those who let somebody else choose it. */
export type Nature =
  /** We send it, with a value that we made. */
  | 'sent'
  /** Only tells restic what to choose or how to print. */
  | 'harmless'
  /** Names a program that restic would start. */
  | 'executes'
  /** Names a file whose content restic would read, or a place it would write to. */
  | 'reads'
  /** Takes a guard away: a lock, a proof, a certificate, a password, a limit on what is removed. */
  | 'unguards';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Every flag of every command of restic 0.14, 0.18 and 0.19, without its dashes. */
export const knownFlags: Readonly<Record<Nature, readonly string[]>> = {
  // `no-lock` only by commands that change nothing.
  sent: words(`
    json repo password-file repository-file key-hint cache-dir no-cache option cacert from-repo
    from-password-file from-repository-file from-key-hint new-password-file limit-upload limit-download
    pack-size compression repository-version copy-chunker-params tag host parent force dry-run
    skip-if-unchanged no-scan read-concurrency stdin-from-command stdin-filename exclude exclude-caches exclude-if-present one-file-system
    files-from-raw include target overwrite verify archive path snapshot recursive ignore-case metadata
    mode read-data read-data-subset add remove forget no-lock
  `),
  harmless: words(`
    help quiet verbose human-readable long compact sort reverse ncdu no-size blob pack tree show-pack-id
    latest newest oldest group-by user set time iexclude exclude-larger-than exclude-xattr iinclude
    include-xattr ignore-ctime ignore-inode with-atime sparse ownership-by-name new-host new-time
    snapshot-summary http-user-agent retry-lock stuck-request-timeout cleanup max-age with-cache
    path-template time-template max-repack-size max-unused repack-cacheable-only repack-small
    repack-smaller-than repack-uncompressed read-all-packs stdin
  `),
  executes: words('password-command from-password-command'),
  reads: words(`
    exclude-file iexclude-file include-file iinclude-file files-from files-from-verbatim tls-client-cert
    output bash-completion fish-completion zsh-completion powershell-completion man
  `),
  // Which snapshots go is the forget plan’s to say, and no rule of restic’s.
  unguards: words(`
    insecure-tls insecure-no-password from-insecure-no-password new-insecure-no-password no-extra-verify
    remove-all unsafe-allow-remove-all unsafe-recover-no-free-space delete allow-other owner-root
    no-default-permissions prune cleanup-cache keep-last keep-hourly keep-daily keep-weekly keep-monthly
    keep-yearly keep-tag keep-within keep-within-hourly keep-within-daily keep-within-weekly
    keep-within-monthly keep-within-yearly
  `),
};

/** Every variable of its environment that restic names in its help, and whether a repository may set it. */
export const knownVariables: Readonly<Record<'reserved' | 'allowed', readonly string[]>> = {
  reserved: words(`
    RESTIC_REPOSITORY RESTIC_REPOSITORY_FILE RESTIC_PASSWORD_COMMAND RESTIC_PASSWORD_FILE RESTIC_HOST
    RESTIC_FROM_REPOSITORY RESTIC_FROM_REPOSITORY_FILE RESTIC_FROM_PASSWORD_COMMAND
    RESTIC_FROM_PASSWORD_FILE RESTIC_KEY_HINT RESTIC_FROM_KEY_HINT RESTIC_COMPRESSION RESTIC_PACK_SIZE
  `),
  allowed: words('RESTIC_CACERT RESTIC_TLS_CLIENT_CERT RESTIC_FEATURES RESTIC_READ_CONCURRENCY'),
};
