import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
/** It asks for nothing by itself, so that whatever is asked for is the page's doing. */
const SILENT = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A missing browser is a failure: a skipped test would look like a passed one. @returns path of Chromium */
export function demandChromium(): string {
  const path = process.env.CUTOVER_CHROMIUM ?? '/usr/bin/chromium';
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new Error(`No Chromium at ${path}. Install it (Debian: apt-get install chromium) or set CUTOVER_CHROMIUM to its path.`);
  }
  return path;
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: demandChromium(), args: [...ARGS, ...SILENT] });
}
