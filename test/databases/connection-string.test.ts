import { expect, it } from 'vitest';
import { connectionFrom } from '../../src/databases/connection-string.ts';

const from = (url: string) => connectionFrom({ URL_OF_IT: url }, 'URL_OF_IT', 'The store');

it.each([
  ['postgres://me:secret@db.example:5432/main', 'db.example:5432, from URL_OF_IT'],
  ['postgresql://me:a%2Fb@db.example/main', 'db.example, from URL_OF_IT'],
  ['postgres://me:p@ss@db.example/main', 'db.example, from URL_OF_IT'],
  ['postgres:///main?host=/var/run', 'a local socket, from URL_OF_IT'],
  ['postgres://me:@/main?host=/var/run', 'a local socket, from URL_OF_IT'],
  ['postgres://db.example/main?user=me@corp', 'db.example, from URL_OF_IT'],
  // The driver goes where the query says, and so does what we say of it.
  ['postgres://db.example:5432/main?host=other.example&port=6543', 'other.example:6543, from URL_OF_IT'],
  ['postgres://me@%2Fvar%2Frun/main', 'a local socket, from URL_OF_IT'],
  ['postgres://me@[::1]:5432/main', '[::1]:5432, from URL_OF_IT'],
  // Its certificate is missed when it connects, not here.
  ['postgres://db.example/main?sslmode=require&sslrootcert=/no/such/file', 'db.example, from URL_OF_IT'],
])('takes %s', (url, where) => {
  expect(from(url)).toMatchObject({ url, where });
});

it.each([
  'mysql://me@db.example/main',
  'db.example/main',
  'postgres://me:ri/ght@db.example/main',
  'postgres://me:12/34@db.example/main',
  'postgres://me:12#34@db.example/main',
  'postgres://me:ri?ght@db.example/main',
  'postgres://me:12?34@db.example/main',
  'postgres://me:secret@db.example:port/main',
])('refuses %s, says how a password is written, and repeats nothing of it', (url) => {
  expect(() => from(url)).toThrow(
    expect.objectContaining({ code: 'STORE_URL_INVALID', next: expect.stringContaining('%2F'), message: expect.not.stringContaining(url) }),
  );
});

it.each(['postgres://me:a%2Fbc@db.example/main', 'postgres://db.example/main?user=me&password=a%2Fbc'])(
  'hides the password of %s',
  (url) => {
    expect(from(url).hide).toEqual([url, 'a/bc', 'a%2Fbc']);
  },
);

it('takes none from a variable that the CI system fills, also with texts of a change', () => {
  for (const variable of ['CI_COMMIT_TITLE', 'CI_MERGE_REQUEST_TITLE', 'GITHUB_HEAD_REF', 'gitlab_user_name'])
    expect(() => connectionFrom({ [variable]: 'postgres://evil.example/x' }, variable, 'The store'), variable).toThrow(
      expect.objectContaining({ code: 'STORE_URL_FORBIDDEN' }),
    );
});
