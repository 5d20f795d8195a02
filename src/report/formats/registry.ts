import type { Format } from '../format.ts';
import { csv } from './csv.ts';
import { htmlPage } from './html.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { sarif } from './sarif.ts';

/** Every format a report can be written in. */
export const FORMATS: readonly Format[] = [htmlPage, markdown, junit, sarif, csv];
