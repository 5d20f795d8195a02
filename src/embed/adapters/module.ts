import { sha256File } from '../../system/files.ts';
import type { EmbedderAdapter } from '../embedder.ts';
import { requireValue } from '../models/requirement.ts';
import { resolveModule } from '../module-version.ts';
import { loadUserModule } from '../user-module.ts';
import { answered, finisher } from '../vector.ts';

/** Texts handed over at a time; the module splits them into calls of its own size. */
const CHUNK = 256;

/** A module of the user's own, run in this thread. Prefixes are put on here; the role is told as well. */
export const module: EmbedderAdapter = {
  id: 'module',
  title: 'Your own ES module',
  options: { module: 'optional', options: 'optional' },
  open: async (spec) => {
    const file = requireValue(spec.module, spec, 'module', 'the module embedder needs the path of one');
    const hash = await sha256File(file);
    const options = spec.options ?? {};
    const user = await loadUserModule(file, hash, options);
    const version = await resolveModule(spec, file, hash, user);
    const finish = finisher({ version: spec.id, dimensions: spec.dimensions ?? null, normalize: spec.normalize });
    let closing: Promise<void> | null = null;
    return {
      version,
      embed: async function* (items, role, signal, cuts) {
        if (closing !== null) throw new Error(`The embedder of ${spec.id} is closed.`);
        const request = { role, options, ...(signal === undefined ? {} : { signal }) };
        for (let start = 0; start < items.length; start += CHUNK) {
          const chunk = items.slice(start, start + CHUNK);
          const answers = await user.embed(
            chunk.map(({ text }) => spec.prefixes[role] + text),
            request,
          );
          yield* answered(chunk, answers, finish, { start, role, signal, cuts });
        }
      },
      close: () => {
        closing ??= user.close();
        return closing;
      },
    };
  },
};
