import { sha256 } from '../../core/hash.ts';
import { clip } from '../text.ts';

/** What the list of queries shows; it is in the page's address, so that a filtered view can be linked to. */
export interface QueryFilter {
  readonly show?: 'worse' | 'better' | 'same' | 'top' | 'unjudged' | 'marked';
  readonly slice?: { readonly field: string; readonly value: string };
  /** Id of one query that is opened. */
  readonly q?: string;
}

/** Longer ids are cut in addresses and distinguished by their hash. */
const LONG_ID = 200;

const encode = (text: string): string => encodeURIComponent(text.replace(/\p{Cs}/gu, '\uFFFD'));

/** One query's key: safe as id and in an address whatever the id is. */
export function queryKey(id: string): string {
  if (id.length <= LONG_ID) return encode(id);
  return `${encode(clip(id, 40))}-${sha256(id).slice(0, 16)}`;
}

/** Fragment of the page that shows these queries. */
export function queriesLink({ show, slice, q }: QueryFilter): string {
  const parts = [
    ...(show === undefined ? [] : [`show=${show}`]),
    ...(slice === undefined ? [] : [`slice=${encode(clip(`${slice.field}=${slice.value}`, LONG_ID))}`]),
    ...(q === undefined ? [] : [`q=${queryKey(q)}`]),
  ];
  return parts.length === 0 ? '#queries' : `#queries?${parts.join('&')}`;
}
