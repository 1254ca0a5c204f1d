/** One server-sent event. */
export interface ServerSent {
  /** `message` for those without a name. */
  readonly name: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** The events of a stream; what is not complete at its end is none. */
export async function* serverSent(body: AsyncIterable<string>): AsyncGenerator<ServerSent> {
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = readBlock(block);
      if (event !== undefined) yield event;
    }
  }
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
