import type { Format } from '../format.ts';
import { htmlPage } from './html.ts';
import { markdown } from './markdown.ts';

/** Every format a report can be written in. */
export const FORMATS: readonly Format[] = [htmlPage, markdown];
