import type { ChangeRecord } from '../../model/lock.ts';
import { changeJUnit } from './junit.ts';
import { changeMarkdown } from './markdown.ts';
import { changeSarif } from './sarif.ts';

/** A form that the outcome of `run --changed` is written in. */
export interface ChangeFormat {
  readonly fileName: string;
  render(record: ChangeRecord): string;
}

/** Every one there is; pure functions of the record. */
export const CHANGE_FORMATS: readonly ChangeFormat[] = [
  { fileName: 'change.json', render: (record) => `${JSON.stringify(record, null, 2)}\n` },
  { fileName: 'change.md', render: changeMarkdown },
  { fileName: 'change.xml', render: changeJUnit },
  { fileName: 'change.sarif', render: changeSarif },
];
