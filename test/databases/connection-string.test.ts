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
  'postgres://me:secret@db.example:port/main',
])('refuses %s, says how a password is written, and repeats nothing of it', (url) => {
  expect(() => from(url)).toThrow(
    expect.objectContaining({ code: 'STORE_URL_INVALID', next: expect.stringContaining('%2F'), message: expect.not.stringContaining(url) }),
  );
});
