import { afterEach, describe, expect, it } from 'vitest';
import { forgetSecrets, keepSecret, keepSecretsOf, masked } from '../../src/core/secrets.ts';

const KEY = 'sk-Ab3/+x9_Kq7:very';
const TWO_LINES = 'first-half-of-it\nsecond-half-of-it';

afterEach(forgetSecrets);

describe('a secret', () => {
  it('is hidden whole and in every form that a service may echo', () => {
    keepSecret(KEY);
    const forms = [
      KEY,
      `Bearer ${KEY}`,
      encodeURIComponent(KEY),
      JSON.stringify(`a"${KEY}`),
      Buffer.from(KEY).toString('base64'),
      Buffer.from(KEY).toString('base64url'),
      Buffer.from(KEY).toString('hex'),
      Buffer.from(KEY).toString('hex').toUpperCase(),
      ...['', 'u', 'us', 'use'].map((user) => `Basic ${Buffer.from(`${user}:${KEY}`).toString('base64')}`),
    ];
    for (const form of forms) {
      expect(masked(`before ${form} after`), form).toContain('•••');
      expect(masked(form)).not.toContain(form.slice(-12, -4));
    }
  });

  it('of several lines is hidden by line, and with its line break made a space', () => {
    keepSecret(TWO_LINES);
    expect(masked('it says second-half-of-it')).toBe('it says •••');
    expect(masked('first-half-of-it second-half-of-it')).toBe('•••');
  });

  it('of a key file is hidden, and what kind of file it is is not', () => {
    keepSecret('-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIPIsSpxj\n-----END PRIVATE KEY-----\n');
    expect(masked('-----BEGIN PRIVATE KEY----- MC4CAQAwBQYDK2VwBCIEIPIsSpxj')).toBe('-----BEGIN PRIVATE KEY----- •••');
  });

  it('that is too short to be one hides nothing', () => {
    keepSecret('data');
    expect(masked('data set')).toBe('data set');
  });
});

it('secrets of an environment are known by their names, and passwords of connection strings by their place', () => {
  keepSecretsOf({
    OPENAI_API_KEY: 'sk-0123456789abc',
    DATABASE_URL: 'postgres://app:20%3F24-secret@host/db',
    ODD_URL: 'postgres://app:2024?rest-of-it@host/db',
    SSH_KEY: '/home/me/.ssh/id_ed25519',
    FEATURE_TOKEN: 'evaluation',
    PLAIN: 'sk-not-a-secret-name',
  });
  expect(masked('sk-0123456789abc')).toBe('•••');
  expect(masked('20?24-secret 20%3F24-secret 2024?rest-of-it')).toBe('••• ••• •••');
  expect(masked('/home/me/.ssh/id_ed25519 evaluation sk-not-a-secret-name')).toBe(
    '/home/me/.ssh/id_ed25519 evaluation sk-not-a-secret-name',
  );
});
