/** Parts of a connection string that an error of the driver may repeat. */
export function secretsOf(url: string): string[] {
  const password = /^[^/]*\/\/[^/@]*?:([^@]*)@/.exec(url)?.[1] ?? /password=([^&\s]+)/.exec(url)?.[1] ?? '';
  const plain = decoded(password);
  return [password, plain].filter((secret) => secret.length > 2);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
