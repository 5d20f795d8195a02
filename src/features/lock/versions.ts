import { sep } from 'node:path';
import type { Config } from '../../model/config.ts';
import { SIDES, type Side, type VersionSpec } from '../../model/version.ts';
import { changes } from './differences.ts';

/** Top folders of the base's files and of the working tree. */
interface Tops {
  readonly base: string;
  readonly head: string;
}

/** Both configurations, and which versions of the working tree are live by the base's lock. */
interface Compared {
  readonly base: Config;
  readonly head: Config;
  readonly live: readonly Side[];
  /** Whether the new version is evaluated, so that it may be any. */
  readonly isBump: boolean;
}

/**
 * How versions are made differently from the base, a line each. The live one has to be made as the base's live version is: a tag, a
 * module's own word and recorded answers can be copied, also from its other version. One that is not live is compared with what was
 * in its place: what it is decides what a later change can call live.
 * @param liveOfBase the version of the base's configuration that is live; null where it can't be known
 */
export async function versionDifferences(compared: Compared, tops: Tops, liveOfBase: () => Promise<VersionSpec | null>): Promise<string[]> {
  const { base, head, live, isBump } = compared;
  const lines: string[] = [];
  for (const side of SIDES) {
    const isLive = live.includes(side);
    if (isBump && !isLive && side === 'new') continue;
    const [spec, before] = [made(head[side], tops.head), made(base[side], tops.base)];
    if (JSON.stringify(spec) === JSON.stringify(before)) continue;
    if (!isLive) lines.push(...changes(`${side} version`, before, spec));
    else lines.push(...liveDifferences(head[side], await liveOfBase(), tops));
  }
  return [...new Set(lines)];
}

function liveDifferences(spec: VersionSpec, before: VersionSpec | null, tops: Tops): string[] {
  const found = sourceOf(spec, tops.head);
  const source = `source of ${spec.id}, which is live: ${found}, which the live version of the base does not come from`;
  if (before === null) return found === '' ? [] : [source];
  return [
    ...(sourceOf(before, tops.base) === found ? [] : [source]),
    ...changes(`version of ${spec.id}, which is live`, withoutSource(made(before, tops.base)), withoutSource(made(spec, tops.head))),
  ];
}

/** Where its vectors come from. */
function sourceOf({ url = '', module = '', canaries = '', vectors }: VersionSpec, top: string): string {
  const files = Object.values(vectors ?? {}).flatMap(({ path, ids }) => [path, ids ?? '']);
  return wherever<string[]>([url, module, canaries, ...files], top)
    .filter((path) => path !== '')
    .join(', ');
}

/** A version as it is made: in which file that is written makes no other one. */
function made({ file: _file, ...spec }: VersionSpec, top: string): Omit<VersionSpec, 'file'> {
  return wherever(spec, top);
}

function withoutSource({ url: _url, module: _module, canaries: _canaries, vectors: _vectors, ...rest }: Omit<VersionSpec, 'file'>): object {
  return rest;
}

/** With paths below a folder the same wherever it is. */
export function wherever<T>(value: object | string, folder: string): T {
  const within = (text: string) => (text === folder || text.startsWith(`${folder}${sep}`) ? `.${text.slice(folder.length)}` : text);
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) => (typeof inner === 'string' ? within(inner) : inner)) as T;
}
