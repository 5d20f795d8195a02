/** Shown where a secret was. */
const HIDDEN = '•••';
/** A part that is shorter says too little of a secret, and may be an ordinary word. */
const LEAST = 8;

const forms = new Set<string>();
let ordered: readonly string[] = [];

/**
 * Remembers a secret for as long as the process lives: from now on {@link masked} hides it whole, each of its lines, and the
 * forms that services echo: base64 (alone and as `user:key`), hex, percent-encoded, JSON-escaped.
 * Values and lines of fewer than 8 characters are left out.
 */
export function keepSecret(value: string): void {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim());
  for (const part of [value, value.trim(), value.replace(/\s+/g, ' ').trim(), ...lines]) for (const form of formsOf(part)) forms.add(form);
  // The longest first: a part must not be hidden in a way that leaves the rest of the whole in sight.
  ordered = [...forms].sort((a, b) => b.length - a.length);
}

function formsOf(part: string): string[] {
  // An armour line of a PEM says what kind of key it is, and nothing of the key.
  if (part.length < LEAST || /^-+(BEGIN|END) [A-Z ]+-+$/.test(part)) return [];
  const encoded = [part, JSON.stringify(part).slice(1, -1), safely(part), hexOf(part), hexOf(part).toUpperCase(), ...base64Of(part)];
  return [...new Set(encoded)].filter((form) => form.length >= LEAST);
}

function safely(part: string): string {
  try {
    return encodeURIComponent(part);
  } catch {
    return part;
  }
}

function hexOf(part: string): string {
  return [...new TextEncoder().encode(part)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Base64 at each of the three places where a text may begin in a longer one, without the characters that its neighbours decide. */
function base64Of(part: string): string[] {
  const bytes = new TextEncoder().encode(part);
  const all = [0, 1, 2].map((before) => {
    const text = btoa(String.fromCharCode(...new Uint8Array(before), ...bytes)).replace(/=+$/, '');
    const cut = text.slice(before === 0 ? 0 : before + 1);
    return (bytes.length + before) % 3 === 0 ? cut : cut.slice(0, -1);
  });
  return [...all, ...all.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
}

/** Names of variables that hold a secret; a value of a few letters under such a name is a setting, not a secret. */
const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i;
const SECRET_VALUE = /^(?=.{12})(?!\/)(?![a-z]+$)/is;

/** Remembers the secrets of an environment: by their names, and the passwords of connection strings. */
export function keepSecretsOf(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value = ''] of Object.entries(env)) {
    if (SECRET_NAME.test(name) && SECRET_VALUE.test(value)) keepSecret(value);
    const password = /^[a-z][a-z0-9+.-]*:\/\/[^/]*?:(.+)@/i.exec(value)?.[1];
    if (password !== undefined) for (const form of [value, password, decoded(password)]) keepSecret(form);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A text in which no remembered secret is left to read. */
export function masked(text: string): string {
  let shown = text;
  for (const form of ordered) if (shown.includes(form)) shown = shown.replaceAll(form, HIDDEN);
  return shown;
}

/** Forgets every secret: for tests, whose processes play many. */
export function forgetSecrets(): void {
  forms.clear();
  ordered = [];
}
