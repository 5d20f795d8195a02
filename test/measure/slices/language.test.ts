import { expect, it } from 'vitest';
import { hasCode } from '../../../src/measure/slices/codes.ts';
import { languageOf } from '../../../src/measure/slices/language.ts';

it.each([
  ['how do I reset my password', 'English'],
  ['Wie setze ich mein Passwort zurück?', 'German'],
  ['Comment réinitialiser mon mot de passe', 'French'],
  ['¿Cómo restablezco mi contraseña?', 'Spanish'],
  ['Come reimposto la mia password', 'Italian'],
  ['Como redefinir minha senha', 'Portuguese'],
  ['Hoe reset ik mijn wachtwoord', 'Dutch'],
  ['Hur återställer jag mitt lösenord', 'Swedish'],
  ['Jak zresetować moje hasło', 'Polish'],
  ['как сбросить пароль', 'Russian'],
  ['як скинути пароль і логін', 'Ukrainian'],
  ['パスワードを忘れた', 'Japanese'],
  ['密码', 'Chinese'],
  // Keywords, a name, and slips of the keyboard are of no language.
  ['export csv', null],
  ['die hard movie', null],
  ['wrong evn though its fresh', null],
  ['404', null],
])('%s: %s', (text, language) => {
  expect(languageOf(text)).toBe(language);
});

it.each([
  'E-404 after login',
  'ERR_CONN',
  'getItem',
  'upgrade to 10.2.1',
  'edit /etc/hosts',
  '--force',
  'tsl-0212',
  'B2B sales',
  'K63-linked',
])('%s has a code', (text) => {
  expect(hasCode(text)).toBe(true);
});

it.each(["can't sign in", 'e-mail and/or phone', 'the NASA page', 'iPhone broken', 'in 2023', 'order 81', ''])('%s has none', (text) => {
  expect(hasCode(text)).toBe(false);
});
