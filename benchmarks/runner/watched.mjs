import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** How often memory is looked at, in milliseconds. */
const EVERY = 50;

/**
 * Runs a program to its end and watches the memory of it and of all its children.
 * @returns `output` of stdout; wall-clock `seconds`; `megabytes`, the highest sum of resident sets, null where there is no /proc
 * @throws Error with the end of stderr when it exits with a code that isn't in `accepted`
 */
export function watched(command, args, { accepted = [0], ...options } = {}) {
  const start = performance.now();
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = [[], []];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => err.push(chunk));
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentKilobytes(child.pid));
  }, EVERY);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const seconds = (performance.now() - start) / 1000;
      const output = Buffer.concat(out).toString();
      if (accepted.includes(code)) resolve({ output, seconds, megabytes: peak === 0 ? null : peak / 1024 });
      else reject(new Error(`${command} ended with ${code ?? signal}: ${reasonIn(`${output}\n${Buffer.concat(err)}`)}`));
    });
  }).finally(() => clearInterval(timer));
}

/** What says why: the line that names an error, else the last ones. */
function reasonIn(text) {
  const lines = text.trim().split('\n');
  const named = lines.findLast((line) => /^(\w+ )*\w*Error\b/.test(line));
  return (named ?? lines.slice(-3).join(' ')).slice(-400);
}

/** Kilobytes that a process and its descendants hold; pages that two of them share count twice. */
function residentKilobytes(pid) {
  try {
    const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return children.reduce((sum, child) => sum + residentKilobytes(child), Number(resident?.[1] ?? 0));
  } catch {
    return 0; // It has ended meanwhile, or this system has no /proc.
  }
}
