/** One server-sent event. */
export interface ServerSent {
  /** `message` for those without a name. */
  readonly name: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** Takes the pieces of a stream and gives its events as they are complete; what is not complete at its end is none. */
export function serverSent(onEvent: (event: ServerSent) => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const blocks = (rest + piece).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = readBlock(block);
      if (event !== undefined) onEvent(event);
    }
  };
}

/** Undefined for a comment. */
function readBlock(block: string): ServerSent | undefined {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
    }),
  );
  const data = fields.get('data');
  return data === undefined ? undefined : { name: fields.get('event') ?? 'message', id: fields.get('id'), data };
}
