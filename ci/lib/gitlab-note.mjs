// Posts or updates the merge request's one note. Without a merge request or a token it says so and is done.
import { body, isQuiet, marker } from './body.mjs';
import { call, Forbidden, writeOneComment } from './one-comment.mjs';

/** GitLab refuses longer ones. */
const LIMIT = 1_000_000;
const env = process.env;

function gitlab() {
  const headers = { 'private-token': env.CUTOVER_GITLAB_TOKEN };
  const notes = `${env.CI_API_V4_URL}/projects/${env.CI_PROJECT_ID}/merge_requests/${env.CI_MERGE_REQUEST_IID}/notes`;
  return {
    isOwn: async () => {
      const { id } = await call(`${env.CI_API_V4_URL}/user`, { headers });
      return ({ author }) => id !== undefined && author?.id === id;
    },
    list: (page) => call(`${notes}?per_page=100&page=${page}`, { headers }),
    create: (text) => call(notes, { headers, method: 'POST', body: { body: text } }),
    update: (id, text) =>
      call(`${notes}/${id}`, { headers, method: 'PUT', body: { body: text } }).catch((error) => {
        if (error instanceof Forbidden) return null;
        throw error;
      }),
  };
}

async function main() {
  if (!env.CI_MERGE_REQUEST_IID) return console.log('cutover: no note, this pipeline is of no merge request');
  if (!env.CUTOVER_GITLAB_TOKEN) return console.log('cutover: no note, CUTOVER_GITLAB_TOKEN is not set (a fork has no secrets)');
  const link = env.CI_JOB_URL ? `[Job and full report](${env.CI_JOB_URL})` : '';
  const mark = marker();
  try {
    console.log(`cutover: note ${await writeOneComment(gitlab(), mark, body(link, LIMIT - mark.length - 1), isQuiet())}`);
  } catch (error) {
    if (!(error instanceof Forbidden)) throw error;
    console.log(`cutover: no note, the token may not write one (${error.message})`);
  }
}

await main();
