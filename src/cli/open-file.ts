type Env = Readonly<Record<string, string | undefined>>;

/** Whether somebody sits in front of this machine: not in CI, and not over a line without a display. */
export function hasScreen(platform: NodeJS.Platform, env: Env): boolean {
  if (env.CI) return false;
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME);
}

/** Shows a file in the platform's browser and doesn't wait for it. @throws Error when nothing there opens it */
export async function openFile(file: string): Promise<void> {
  const { default: open } = await import('open');
  // It resolves once the program has started: waiting for the `spawn` event here would wait for one that is over.
  await open(file);
}
