import { z } from 'zod';
import { configSchema } from './schemas/config.ts';
import { policySchema } from './schemas/policy.ts';
import { versionSchema } from './schemas/version.ts';

/** A JSON Schema document (draft-07, the newest that every editor reads). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema of `cutover.yaml` as users write it; for editors and the reference page. */
export function configJsonSchema(): JsonSchema {
  return z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
}

/** JSON Schema of a policy file. */
export function policyJsonSchema(): JsonSchema {
  return z.toJSONSchema(policySchema, { io: 'input', target: 'draft-7' });
}

/** JSON Schema of a version file. */
export function versionJsonSchema(): JsonSchema {
  return z.toJSONSchema(versionSchema, { io: 'input', target: 'draft-7' });
}
