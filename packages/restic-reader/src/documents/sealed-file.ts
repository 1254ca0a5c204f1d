import type { SealingKey } from '../crypto/sealing-key.ts';
import { damaged } from '../problems.ts';
import { decompress } from '../storage/zstd.ts';
import { parseJson } from './fields.ts';

const openBrace = 0x7b;
const openBracket = 0x5b;
const compressedDocument = 2;

/** The JSON document in a file that was sealed with the master key. Format 2 may compress it. */
export async function openDocument(what: string, key: SealingKey, sealed: Uint8Array): Promise<unknown> {
  const content = key.open(sealed);
  if (content === undefined) throw damaged(what, 'is not what was sealed with the key of the repository');
  const first = content[0];
  if (first === openBrace || first === openBracket) return parseJson(what, content);
  if (first !== compressedDocument) throw damaged(what, 'has an encoding that is not known');
  const plain = await decompress(content.subarray(1));
  if (plain === undefined) throw damaged(what, 'cannot be decompressed');
  return parseJson(what, plain);
}
