// From a CSV file in the page cache to groups by channel, stage and month of UTC: the zone in which
// DuckDB need not convert.
import { existsSync, renameSync, statSync } from 'node:fs';

import { WAYS } from './duckdb_ways.mjs';
import { duelDuckdb, duelThreads } from './duel.mjs';

export async function measureCsv(run) {
  const file = await csvFile(run);
  run.say('CSV');
  const { size: bytes } = statSync(file);
  run.limits.csv = Object.fromEntries(run.threads.map((threads) =>
    [threads, { bytes, seconds: bytes / run.bytesPerSecond[threads] }]));
  const it = { work: 'csv', title: 'CSV -> channel x stage x month' };
  await duelDuckdb(run, {
    ...it, goal: 'csv', ways: WAYS.csv, words: [file], ourWords: [file],
  });
  await duelThreads(run, { ...it, words: [file] });
}

// Written once, and kept for the next run.
export async function csvFile(run) {
  const path = `${run.folder}/answers-${run.rows.csv}.csv`;
  if (!existsSync(path)) {
    run.say('Writing the CSV file');
    await run.nps.ask('make', 'csv', run.rows.csv, `${path}.part`);
    renameSync(`${path}.part`, path);
  }
  return path;
}
