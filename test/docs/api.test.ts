import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bash, ROOT } from '../ci/script.ts';

test('every export of the library is documented, and what it names is exported or left out on purpose', async () => {
  const typedoc = join(ROOT, 'node_modules', 'typedoc', 'bin', 'typedoc');
  const { code, log } = await bash(`${process.execPath} ${typedoc} --emit none`, { cwd: ROOT, env: { NO_COLOR: '1' } });
  expect(code, log).toBe(0);
  expect(log).not.toMatch(/warning|error/i);
});
