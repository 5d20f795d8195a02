// One comment of ours on a change: found by its marker and updated, else created. A forge says how to list, create and update.

/**
 * @param quiet only an earlier comment is updated: a change that touches no version is not worth one of its own
 * @param forge `isOwn()` → whether a comment was written by whoever holds the token: anybody may begin one with the marker; `list(page)` → comments `{ id, body }` of a page, [] after the last; `create(body)`; `update(id, body)`
 * @returns what was done
 */
export async function writeOneComment(forge, marker, text, quiet = false) {
  const body = `${marker}\n${text}`;
  const own = await forge.isOwn();
  const id = await findOwn(forge, marker, own);
  if (id !== null && (await forge.update(id, body))) return 'updated';
  if (id === null && quiet) return 'not needed';
  // Somebody else's comment may start with the same line; it can't be updated, so there is a new one.
  await forge.create(body);
  return 'created';
}

async function findOwn(forge, marker, isOwn) {
  for (let page = 1; page <= 50; page++) {
    const comments = await forge.list(page);
    const own = comments.find((comment) => comment.body?.startsWith(marker) && isOwn(comment));
    if (own !== undefined) return own.id;
    if (comments.length < 100) return null;
  }
  return null;
}

/** An error that a token without the right to write gives. */
export class Forbidden extends Error {}

/**
 * A JSON call. Answers of 5xx and a dropped connection are tried again twice.
 * @throws Forbidden on 401, 403 and 404; Error on anything else that is not 2xx
 */
export async function call(url, { headers, method = 'GET', body, wait = Number(process.env.CUTOVER_RETRY_MS || 1000) }, tries = 3) {
  const init = { method, headers: { 'content-type': 'application/json', 'user-agent': 'cutover', ...headers } };
  const answer = await fetch(url, body === undefined ? init : { ...init, body: JSON.stringify(body) }).catch((error) => ({
    status: 599,
    error,
  }));
  if (answer.status >= 500 && tries > 1) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    return call(url, { headers, method, body, wait: 2 * wait }, tries - 1);
  }
  if ([401, 403, 404].includes(answer.status)) throw new Forbidden(`${method} answered ${answer.status}`);
  if (answer.status < 200 || answer.status > 299)
    throw new Error(`${method} answered ${answer.status} ${answer.error?.message ?? ''}`.trim());
  return answer.json();
}
