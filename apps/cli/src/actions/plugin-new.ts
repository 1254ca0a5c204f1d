import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reasonOf, UmbraError } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import type { PluginNewFlags } from '../commands/plugin.ts';
import { printable } from '../output/printable.ts';
import { filledTemplate } from '../plugin/filled-template.ts';
import { version } from '../version.ts';

/** Beside the folder that this program was built into. */
const templates = ['../templates', '../../templates']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));

export const create: Action<PluginNewFlags> = async (session, [name = ''], { language = 'typescript' }) => {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new UmbraError('usage.invalid', `"${name}" cannot be the name of a plug-in`, {
      hint: 'Use small letters, digits and "-", a letter first.',
    });
  }
  if (templates === undefined)
    throw new UmbraError('internal', 'the templates of plug-ins are not where the program is');
  const folder = join(session.cwd, name);
  await makeFolder(folder);
  const files: string[] = [];
  for (const template of (await readdir(join(templates, language))).sort()) {
    const text = await readFile(join(templates, language, template), 'utf8');
    const file = join(folder, filledTemplate(template.replace(/\.txt$/, ''), { name, version }));
    await writeFile(file, filledTemplate(text, { name, version }), { flag: 'wx' });
    if (text.startsWith('#!')) await chmod(file, 0o755);
    files.push(file);
  }
  const main = `./${relative(session.cwd, join(folder, `${name}.${language === 'python' ? 'py' : 'ts'}`))}`;
  if (session.json) return session.document('plugin-new', { plugin: name, folder, files });
  session.done(
    `${printable(name)} is a working backend in ${printable(folder)}`,
    `try it:  umbra plugin check ${main}`,
    `use it:  umbra plugin add ${main}`,
  );
};

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder).catch((cause: unknown) => {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw new UmbraError(
      'usage.invalid',
      isThere ? `${folder} is there already` : `${folder} cannot be made: ${reasonOf(cause)}`,
      {
        hint: 'Choose another name, or another folder.',
        cause,
      },
    );
  });
}
