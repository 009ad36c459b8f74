// gaps.md is written by hand: what the remaining gaps to the limits are made of.
import { readFileSync } from 'node:fs';

export const gaps = () => readFileSync(new URL('gaps.md', import.meta.url), 'utf8').trim();
