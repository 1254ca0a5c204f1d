// Tests that need the device mapper, under a Linux that has it and runs as an ordinary process (user-mode-linux of Debian), on this
// machine's own files: `npm run test:lvm`. Many kernels of containers and small machines have none. Needs root.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchDebianPackage, fetchDebianTree, ownSuite } from './debian.mjs';
import { Failure, root, say } from './dev/process.mjs';

const test = 'apps/cli/test/privileged-lvm.test.ts';
const modules = ['loop', 'dm-mod', 'dm-bufio', 'dm-snapshot'];
const deadlineMs = 600_000;

const suite = ownSuite();
if (process.getuid?.() !== 0 || !suite) throw new Failure('This needs root, and Debian or a system like it.');
const kernel = await fetchDebianPackage('user-mode-linux', suite);
const lvm = await fetchDebianTree('lvm2', suite, () => {});
const kmod = await fetchDebianTree('kmod', suite, () => {});

const place = mkdtempSync(join(tmpdir(), 'umbra-lvm-'));
try {
  const [log, init] = [join(place, 'log'), join(place, 'init')];
  writeFileSync(init, initText(log), { mode: 0o755 });
  say('Starting a Linux of its own; its tests take a minute or two');
  const args = ['mem=3G', 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'rw', `init=${init}`, 'con=null'];
  spawnSync(join(kernel, 'usr/bin/linux.uml'), args, { stdio: 'ignore', timeout: deadlineMs, killSignal: 'SIGKILL' });
  const told = readFileSync(log, 'utf8');
  process.stdout.write(told);
  process.exitCode = told.endsWith('ended with 0\n') ? 0 : 1;
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** The first process there: what udev and a service manager would do, then the tests, then the end. */
function initText(log) {
  const libraries = (tree) => globSync('{usr/lib,lib}/*-linux-gnu', { cwd: tree }).map((each) => join(tree, each));
  const found = (tree, name) => join(tree, globSync(`{usr/,}{s,}bin/${name}`, { cwd: tree })[0] ?? name);
  const files = modules.map((name) => join(kernel, globSync(`usr/lib/uml/modules/**/${name}.ko`, { cwd: kernel })[0]));
  const tool = (tree, program, name) =>
    `printf '#!/bin/bash\\nexport LD_LIBRARY_PATH=%s LVM_SYSTEM_DIR=/run/lvm\\nexec -a %s %s "$@"\\n' '${libraries(tree).join(':')}' ${name} '${found(tree, program)}' > /run/bin/${name}`;
  return `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs run /run
mkdir -p /dev/shm /dev/pts /run/bin /run/tmp /run/lvm
mount -t tmpfs shm /dev/shm
mount -t devpts pts /dev/pts
ln -s /proc/self/fd /dev/fd
hostname uml
exec > '${log}' 2>&1
${['insmod', 'modprobe'].map((name) => tool(kmod, 'kmod', name)).join('\n')}
${['lvm', 'lvcreate', 'lvremove', 'lvs', 'pvcreate', 'vgcreate', 'vgremove'].map((name) => tool(lvm, 'lvm', name)).join('\n')}
${tool(lvm, 'dmsetup', 'dmsetup')}
chmod 755 /run/bin/*
export PATH='/run/bin:${process.env.PATH}:/usr/sbin:/usr/bin:/sbin:/bin' HOME=/run/tmp TMPDIR=/run/tmp
for module in ${files.join(' ')}; do insmod "$module"; done
echo 'activation { udev_sync=0 udev_rules=0 monitoring=0 } devices { obtain_device_list_from_udev=0 external_device_info_source="none" }' > /run/lvm/lvm.conf
cd '${root}'
'${process.execPath}' node_modules/vitest/vitest.mjs run --project cli ${test}
echo "ended with $?"
sync
echo o > /proc/sysrq-trigger
`;
}
