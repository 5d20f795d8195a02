import { readFileSync } from 'node:fs';

const { version, homepage } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
  readonly homepage?: string;
};

/** The version of this package, part of every manifest: after an upgrade everything is measured again. */
export const CUTOVER_VERSION: string = version;

/**
 * The page that explains an error.
 * @param site address of the documentation: `homepage` of package.json; without one, the path in the repository and the package
 * @example errorPage('LOCK_MISSING') // 'docs/reference/errors.md#lock_missing'
 */
export function errorPage(code: string, site: string | undefined = homepage): string {
  const page = site === undefined ? 'docs/reference/errors.md' : `${site.replace(/\/$/, '')}/docs/reference/errors.html`;
  return `${page}#${code.toLowerCase()}`;
}
