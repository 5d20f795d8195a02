// Posts or updates the pull request's one comment. Without a pull request, a token or the right to write it says so and is done.
import { readFileSync } from 'node:fs';
import { body, isQuiet, marker } from './body.mjs';
import { call, Forbidden, writeOneComment } from './one-comment.mjs';

/** GitHub refuses longer ones. */
const LIMIT = 65_536;
const env = process.env;

function reasonToSkip(event) {
  if (event.pull_request === undefined) return 'this run is of no pull request';
  // Code of a fork runs without secrets and with a token that may only read.
  if (event.pull_request.head?.repo?.full_name !== env.GITHUB_REPOSITORY)
    return 'the pull request comes from a fork, whose runs may not write';
  return env.CUTOVER_TOKEN ? null : 'there is no token';
}

function github(number) {
  const headers = {
    authorization: `Bearer ${env.CUTOVER_TOKEN}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  };
  const repository = `${env.GITHUB_API_URL || 'https://api.github.com'}/repos/${env.GITHUB_REPOSITORY}/issues`;
  return {
    // The token of a workflow may not ask who it is: its comments are the bot's.
    isOwn: async () => {
      const login = await call(`${env.GITHUB_API_URL || 'https://api.github.com'}/user`, { headers })
        .then((user) => user.login)
        .catch(() => 'github-actions[bot]');
      return ({ user }) => typeof login === 'string' && user?.login === login;
    },
    list: (page) => call(`${repository}/${number}/comments?per_page=100&page=${page}`, { headers }),
    create: (text) => call(`${repository}/${number}/comments`, { headers, method: 'POST', body: { body: text } }),
    update: (id, text) =>
      call(`${repository}/comments/${id}`, { headers, method: 'PATCH', body: { body: text } }).catch((error) => {
        if (error instanceof Forbidden) return null;
        throw error;
      }),
  };
}

function link() {
  if (!env.GITHUB_RUN_ID) return '';
  return `[Run and full report](${env.GITHUB_SERVER_URL || 'https://github.com'}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID})`;
}

async function main() {
  const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? '', 'utf8'));
  const skip = reasonToSkip(event);
  if (skip !== null) return console.log(`::notice::no comment was written: ${skip}. The job summary says the same.`);
  const mark = marker();
  try {
    const done = await writeOneComment(github(event.pull_request.number), mark, body(link(), LIMIT - mark.length - 1), isQuiet());
    console.log(`cutover: comment ${done}`);
  } catch (error) {
    if (!(error instanceof Forbidden)) throw error;
    console.log(
      `::notice::no comment was written: the token may not (${error.message}). Give the job the permission pull-requests: write.`,
    );
  }
}

await main();
