/** What a request says about where it comes from. */
export interface RequestOrigin {
  /** How it reached us. */
  readonly transport: 'socket' | 'tcp';
  /** The port that we listen on; undefined for the socket. */
  readonly port: number | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
}

/** Names under which this machine alone can be meant. Others could be pointed at it by whoever owns them. */
const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why a request is refused before anything of it is looked at; undefined if it may go on. Pages of other sites can make a
 * browser send requests to this machine, and names can be made to point at it: neither reaches a route.
 */
export function originProblem(request: RequestOrigin): string | undefined {
  const { host, origin, secFetchSite } = request;
  if (host === undefined || !allowedHosts(request).includes(host.toLowerCase())) return 'the Host header is not ours';
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`)
    return 'the request comes from a page of another site';
  if (secFetchSite !== undefined && secFetchSite !== 'same-origin' && secFetchSite !== 'none')
    return 'the request comes from a page of another site';
  return undefined;
}

function allowedHosts({ transport, port }: RequestOrigin): readonly string[] {
  // Whatever program speaks over the socket has to give some name.
  if (transport === 'socket') return ['localhost'];
  return loopbackNames.map((name) => `${name}:${port}`);
}
