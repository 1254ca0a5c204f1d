export interface Address {
  readonly host: string;
  readonly port: number;
}

const portOfScheme: Readonly<Record<string, number>> = {
  'ftp:': 21,
  'ssh:': 22,
  'sftp:': 22,
  'http:': 80,
  'https:': 443,
  'smb:': 445,
  'nfs:': 2049,
};

/** Where `host:port`, `[address]:port` or a URL leads to; undefined if it is none. */
export function addressOf(text: string): Address | undefined {
  return text.includes('://') ? ofUrl(text) : ofPair(text);
}

function ofUrl(text: string): Address | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port } = new URL(text);
  return address(hostname.replace(/^\[(.*)\]$/u, '$1'), port === '' ? portOfScheme[protocol] : Number(port));
}

function ofPair(text: string): Address | undefined {
  const parts = /^(?:\[(?<bracketed>[\d:A-Fa-f.]+)\]|(?<plain>[^\s:/@[\]]+)):(?<port>\d{1,5})$/u.exec(text)?.groups;
  return parts && address(parts['bracketed'] ?? parts['plain'], Number(parts['port']));
}

function address(host: string | undefined, port: number | undefined): Address | undefined {
  const isGood = host !== undefined && host !== '' && port !== undefined && port >= 1 && port <= 65_535;
  return isGood ? { host, port } : undefined;
}
