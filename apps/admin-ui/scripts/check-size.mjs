// What a first visit loads, compressed as a server sends it; fails above the ceiling.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const CEILING_KB = 250;
const DIST = new URL('../dist/', import.meta.url);

const html = readFileSync(new URL('index.html', DIST), 'utf8');
const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path);
const sizeOf = (path) => gzipSync(readFileSync(new URL(path, DIST))).length / 1024;
const total = first.reduce((sum, path) => sum + sizeOf(path), 0);
for (const name of readdirSync(new URL('assets/', DIST)).filter((file) => file.endsWith('.js'))) {
  const path = `assets/${name}`;
  process.stdout.write(`${first.includes(path) ? 'first load' : 'later     '}  ${sizeOf(path).toFixed(1).padStart(7)} kB  ${name}\n`);
}
process.stdout.write(`first load: ${total.toFixed(1)} kB of JavaScript, compressed; at most ${CEILING_KB}\n`);
if (total > CEILING_KB) process.exit(1);
