import cliPackage from '../package.json' with { type: 'json' };

export const version: string = cliPackage.version;
