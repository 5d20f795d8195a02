import { beforeEach, expect, it } from 'vitest';
// @ts-expect-error a script of the action, without types
import { writeOneComment } from '../../ci/lib/one-comment.mjs';

interface Comment {
  readonly id: number;
  readonly login: string;
  body: string;
}

const MARK = '<!-- cutover: cutover.yaml -->';
let comments: Comment[] = [];

/** A forge where anybody may comment, and where the token may edit every comment. */
const forge = {
  isOwn: async () => (comment: Comment) => comment.login === 'bot',
  list: async (page: number) => (page === 1 ? comments : []),
  create: async (body: string) => {
    comments.push({ id: comments.length + 1, login: 'bot', body });
  },
  update: async (id: number, body: string) => {
    const comment = comments.find((one) => one.id === id);
    if (comment !== undefined) comment.body = body;
    return comment ?? null;
  },
};

beforeEach(() => {
  comments = [{ id: 1, login: 'attacker', body: `${MARK}\n## ✅ Pass (says attacker)` }];
});

it('a foreign comment that begins with the marker is never edited, and keeps nobody from finding the own one', async () => {
  for (const text of ['first', 'second', 'third']) await writeOneComment(forge, MARK, text);
  expect(comments.map(({ login, body }) => [login, body])).toEqual([
    ['attacker', `${MARK}\n## ✅ Pass (says attacker)`],
    ['bot', `${MARK}\nthird`],
  ]);
});
