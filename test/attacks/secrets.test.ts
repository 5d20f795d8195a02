import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gitRepository } from '../../src/cli/git.ts';
import { forgetSecrets } from '../../src/core/secrets.ts';
import type { EmbedderContext } from '../../src/embed/embedder.ts';
import { keyFor } from '../../src/embed/http/key.ts';
import { keyPairsOf } from '../../src/project/key-pairs.ts';
import { loadProject, type StageOptions } from '../../src/project/workspace.ts';
import { ROOT } from '../ci/script.ts';
import { BumpProject } from '../cli/bump-project.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const KEY = 'sk-0123456789abcdef';
const URL_OF = 'https://api.example.org/v1';

afterEach(forgetSecrets);

describe('a key, before the first request', () => {
  const code = (keyFrom: string, value: string, keyPairs: readonly string[] | null = null, url = URL_OF) => {
    const context = { env: { [keyFrom]: value }, keyPairs } as never as EmbedderContext;
    try {
      return keyFor({ keyFrom, file: 'v.yaml', id: 'v' }, url, context);
    } catch (error) {
      if (value !== '') expect(String(error)).not.toContain(value.slice(0, 12));
      return (error as { code: string }).code;
    }
  };

  it('is that of a service, and of nothing else', () => {
    expect(code('SERVICE_KEY', KEY)).toBe(KEY);
    for (const name of [
      'CUTOVER_SIGNING_KEY',
      'GITHUB_TOKEN',
      'ACTIONS_RUNTIME_TOKEN',
      'NPM_TOKEN',
      'AWS_SECRET_ACCESS_KEY',
      'CI_JOB_TOKEN',
    ])
      expect(code(name, KEY), name).toBe('HTTP_KEY_FORBIDDEN');
    for (const value of [
      `${KEY}\nsecond-line-of-it`,
      ` ${KEY}`,
      '-----BEGIN PRIVATE KEY-----',
      'postgres://app:secret@host/db',
      'schlüssel-0123456',
    ])
      expect(code('SERVICE_KEY', value), value).toBe('HTTP_KEY_UNUSABLE');
    expect(code('SERVICE_KEY', '')).toBe('HTTP_KEY_MISSING');
  });

  it('goes in CI only where the base or the settings send it', () => {
    expect(code('SERVICE_KEY', KEY, [])).toBe('HTTP_KEY_NEW');
    expect(code('SERVICE_KEY', KEY, ['SERVICE_KEY@evil.example'])).toBe('HTTP_KEY_NEW');
    expect(code('SERVICE_KEY', KEY, ['SERVICE_KEY@api.example.org'])).toBe(KEY);
    // To the same host without encryption is somewhere else.
    for (const url of [URL_OF.replace('https', 'http'), ' HTTP://api.example.org/v1'])
      expect(code('SERVICE_KEY', KEY, ['SERVICE_KEY@api.example.org'], url)).toBe('HTTP_KEY_NEW');
    expect(code('SERVICE_KEY', KEY, ['SERVICE_KEY@http://api.example.org'], 'http://api.example.org')).toBe(KEY);
  });
});

describe('a service that says what it was sent', () => {
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const asked: (string | undefined)[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      request.resume().on('end', () => answer(request, response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  const project = () => {
    const made = new BumpProject();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    made.write('service.yaml', `id: s\nembedder: http\nurl: ${url}\nmodel: m\nkeyFrom: SERVICE_KEY\nrequests: { retries: 0 }\n`);
    made.write('cutover.yaml', made.read('cutover.yaml').replace(/^new:.*$/m, 'new: service.yaml'));
    made.env = { ...made.env, SERVICE_KEY: KEY };
    return { made, host: new URL(url).host };
  };

  it('shows no key in any form, whether it refuses or answers', async () => {
    const { made } = project();
    for (const status of [200, 401, 500]) {
      answer = (request, response) => {
        const header = request.headers.authorization ?? '';
        const words = [header, encodeURIComponent(header), Buffer.from(header).toString('base64'), Buffer.from(KEY).toString('hex')].join(
          ' ',
        );
        response.writeHead(status).end(JSON.stringify({ error: { message: words }, data: [{ index: header }] }));
      };
      const { code, err, out } = await made.run('run');
      expect(code).toBe(2);
      for (const form of [KEY, 'sk-0123', Buffer.from(KEY).toString('hex'), Buffer.from(`Bearer ${KEY}`).toString('base64').slice(8, 28)])
        expect(err + out, `${status} ${form}`).not.toContain(form);
    }
  });

  it('is let go where its answer has no end', async () => {
    const { made } = project();
    answer = (_, response) => {
      const part = `"${'x'.repeat(65_536)}",`;
      const more = (): void => {
        while (!response.destroyed && response.write(part));
        response.once('drain', more);
      };
      response.writeHead(200);
      more();
    };
    const { code, err } = await made.run('run');
    expect([code, err]).toEqual([2, expect.stringContaining('it is longer than')]);
  });

  it('goes to no address that the base gave up after the branch began', async () => {
    const { made } = project();
    made.commit('the service');
    made.git('switch', '--quiet', '--create', 'pr');
    made.git('switch', '--quiet', 'main');
    made.write('service.yaml', made.read('service.yaml').replace(/^url: .*$/m, 'url: https://moved.example/v1'));
    made.commit('moved');
    made.git('switch', '--quiet', 'pr');
    made.env = { ...made.env, CI: 'true' };
    asked.length = 0;
    const { code, err } = await made.run('run');
    expect([code, err, asked]).toEqual([2, expect.stringContaining('HTTP_KEY_NEW'), []]);
  });

  it('gets nothing in CI from a configuration that the base does not have', async () => {
    const { made, host } = project();
    made.git('switch', '--quiet', '--create', 'pr');
    made.env = { ...made.env, CI: 'true' };
    asked.length = 0;
    const { code, err } = await made.run('run');
    expect([code, err, asked]).toEqual([2, expect.stringContaining('HTTP_KEY_NEW'), []]);
    expect(err).toContain(`CUTOVER_KEYS="SERVICE_KEY@http://${host}"`);
    made.env = { ...made.env, CUTOVER_KEYS: `SERVICE_KEY@http://${host}` };
    await made.run('run');
    expect(asked.length).toBeGreaterThan(0);
  });
});

it('may go where the base sends it, also to the address of its dialect', async () => {
  const made = new BumpProject();
  made.configure('one', 'two');
  const service = (id: string, more: string) => `{ id: ${id}, embedder: http, model: m, keyFrom: ${id.toUpperCase()}_KEY, ${more} }`;
  made.write(
    'cutover.yaml',
    made
      .read('cutover.yaml')
      .replace(/^old:.*$/m, `old: ${service('a', 'dialect: jina')}`)
      .replace(/^new:.*$/m, `new: ${service('b', 'url: http://127.0.0.1:9/v1')}`)
      // What nobody was asked about grants nothing.
      .concat('\nsweep: { candidates: [{ name: d, new: d.yaml }] }\n'),
  );
  made.write('d.yaml', 'id: d\nembedder: http\nmodel: m\nkeyFrom: D_KEY\nurl: http://127.0.0.1:8/v1\n');
  made.commit('services');
  const options = { configFile: join(made.folder, 'cutover.yaml'), env: { ...made.env, CI: 'true', CUTOVER_KEYS: 'C_KEY@c.example' } };
  const stage = { ...options, cwd: made.folder, output: null, asOf: '2026-01-31' } as never as StageOptions;
  const load = (configFile: string) => loadProject({ ...stage, configFile });
  expect((await load(options.configFile)).sweep).toHaveLength(1);
  const pairs = await keyPairsOf(gitRepository({ cwd: made.folder, env: made.env }), 'main', options, load);
  expect(pairs).toEqual(['C_KEY@c.example', 'A_KEY@api.jina.ai', 'B_KEY@http://127.0.0.1:9']);
});

it('that a module of the change printed is in no comment, annotation or summary', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'cutover.log'), `error X_Y the service said ${KEY}\nand ${Buffer.from(KEY).toString('hex')}\n`);
  const env = { ...process.env, CUTOVER_OUTPUT: folder, SERVICE_KEY: KEY };
  for (const script of ['body.mjs', 'annotations.mjs']) {
    const text = execFileSync(process.execPath, [join(ROOT, 'ci/lib', script)], { env, cwd: folder, encoding: 'utf8' });
    expect(text).toContain('the service said •••');
    expect(text).not.toContain(Buffer.from(KEY).toString('hex'));
  }
});
