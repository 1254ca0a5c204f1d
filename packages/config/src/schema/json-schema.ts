import * as z from 'zod';
import { configurationSchema } from './configuration.ts';

/** The JSON Schema (draft 2020-12) of a configuration file, for editors. The package ships it as `schema/v1.json`. */
export function configurationJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(configurationSchema, { io: 'input', reused: 'ref' });
}
