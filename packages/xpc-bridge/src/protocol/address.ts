const login = /:\/\/([^/@:]*):[^/]*@/;

/**
 * The address of a repository without a login in it: whoever has that elsewhere has the same address. The user alone is
 * no secret, and with sftp part of where it is.
 */
export const withoutLogin = (location: string): string =>
  location.replace(login, location.startsWith('sftp:') ? '://$1@' : '://');
