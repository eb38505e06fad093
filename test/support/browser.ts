// A real Chromium, where one is installed.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** Why tests that need a browser are skipped; undefined where there is one. */
export const noBrowser = CHROMIUM === undefined ? 'there is no Chromium on this machine' : undefined;

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Starts it; asks nobody for updates. */
export const aBrowser = (flags: readonly string[] = []): Promise<Browser> => {
  if (CHROMIUM === undefined) throw new Error(noBrowser);
  return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags] });
};
