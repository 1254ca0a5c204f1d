import { damaged } from '../problems.ts';
import { FieldReader, isFields, parseJson, type Fields } from './fields.ts';
import { unquoteName, type NodeName } from './go-names.ts';

/** One entry of a folder. */
export interface TreeNode {
  readonly name: NodeName;
  /** `file`, `dir`, `symlink`, `dev`, `chardev`, `fifo`, `socket`, or what a newer restic adds. */
  readonly type: string;
  /** Permission bits as in Unix, with setuid, setgid and sticky. */
  readonly mode: number;
  /** RFC 3339 with nanoseconds. */
  readonly mtime: string;
  readonly atime: string;
  readonly ctime: string;
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
  /** 0 if unknown. With `deviceId`, names the file among its hard links. */
  readonly inode: bigint;
  /** Stored for hard links only. */
  readonly deviceId: bigint;
  readonly links: number;
  /** Bytes of a file; 0 for everything else. */
  readonly size: number;
  readonly linkTarget: Buffer | undefined;
  /** Of a device file. */
  readonly device: bigint;
  /** Blobs of a file, in order. */
  readonly content: readonly string[];
  /** Tree of a folder. */
  readonly subtree: string | undefined;
  readonly extendedAttributes: readonly ExtendedAttribute[];
  /** What went wrong when it was saved; `''` if nothing did. */
  readonly error: string;
  /** The stored fields, for what is not above. */
  readonly stored: Fields;
}

export interface ExtendedAttribute {
  readonly name: string;
  readonly value: Buffer;
}

/**
 * Numbers that may not fit into a double become texts before `JSON.parse` rounds them. Inside a JSON string a quote has a
 * backslash before it, so nothing else has this form.
 */
const longNumber = /(?<=[{,])"(inode|device_id|device|size|links)":(\d{16,20})(?=[,}])/g;

/** The nodes of a tree, in the order in which they are stored: by name. */
export function parseTree(id: string, bytes: Buffer): readonly TreeNode[] {
  const what = `tree ${id}`;
  const text = bytes.toString('utf8');
  longNumber.lastIndex = 0;
  const safe = longNumber.test(text) ? text.replace(longNumber, '"$1":"$2"') : text;
  return new FieldReader(what, parseJson(what, safe)).list('nodes').map((node) => parseNode(what, node));
}

function parseNode(what: string, stored: unknown): TreeNode {
  const fields = new FieldReader(what, stored);
  if (!isFields(stored)) throw damaged(what, 'holds no nodes');
  const type = fields.text('type');
  const content = fields.has('content') ? fields.texts('content') : none;
  const subtree = fields.idOr('subtree', undefined);
  if (type === '') throw damaged(what, 'has an entry without a type');
  if (type === 'dir' && subtree === undefined) throw damaged(what, 'has a folder without a tree');
  return {
    name: nameIn(what, fields),
    type,
    mode: unixMode(fields.count('mode')),
    mtime: fields.text('mtime'),
    atime: fields.textOr('atime', ''),
    ctime: fields.textOr('ctime', ''),
    uid: fields.count('uid'),
    gid: fields.count('gid'),
    user: fields.textOr('user', ''),
    group: fields.textOr('group', ''),
    inode: longIn(what, stored, 'inode'),
    deviceId: longIn(what, stored, 'device_id'),
    links: Number(longIn(what, stored, 'links')),
    size: type === 'file' ? Number(longIn(what, stored, 'size')) : 0,
    linkTarget: linkTargetIn(fields),
    device: longIn(what, stored, 'device'),
    content,
    subtree,
    extendedAttributes: fields.has('extended_attributes') ? attributesIn(what, fields) : noAttributes,
    error: fields.textOr('error', ''),
    stored,
  };
}

const none: readonly string[] = [];
const noAttributes: readonly ExtendedAttribute[] = [];

/** restic joins paths without looking, so that such a name would lead out of its folder. */
function nameIn(what: string, fields: FieldReader): NodeName {
  const quoted = fields.text('name');
  const name = unquoteName(quoted);
  if (name === undefined) throw damaged(what, `has the name "${quoted}", which is not quoted as restic does`);
  if (/^\.{0,2}$|\//.test(name.text)) throw damaged(what, `has the name "${quoted}", which no file can have`);
  return name;
}

const zero = 0n;

function longIn(what: string, stored: Fields, field: string): bigint {
  const value = stored[field];
  if (value === undefined) return zero;
  if (typeof value === 'string' && /^\d+$/.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  throw damaged(what, `has no field "${field}" that is a count`);
}

/** `linktarget_raw` is there since 0.16 if the target is no UTF-8. */
function linkTargetIn(fields: FieldReader): Buffer | undefined {
  if (fields.has('linktarget_raw')) return fields.bytes('linktarget_raw');
  return fields.has('linktarget') ? Buffer.from(fields.text('linktarget'), 'utf8') : undefined;
}

const attributesIn = (what: string, fields: FieldReader): readonly ExtendedAttribute[] =>
  fields.list('extended_attributes').map((attribute) => {
    const own = new FieldReader(what, attribute);
    return { name: own.text('name'), value: own.has('value') ? own.bytes('value') : Buffer.alloc(0) };
  });

/** restic stores the bits of Go's FileMode: the permissions are where they are in Unix, the three bits above are not. */
export function unixMode(goMode: number): number {
  if (goMode <= 0o777) return goMode;
  const bit = (position: number, unix: number): number => (Math.floor(goMode / 2 ** position) % 2) * unix;
  return (goMode & 0o777) | bit(23, 0o4000) | bit(22, 0o2000) | bit(20, 0o1000);
}
