// Works on a table in memory: groups, months in a zone, the latest answer of each customer, and
// what small batches cost.
import { WAYS } from './duckdb_ways.mjs';
import { duel, duelDuckdb, duelThreads, measureLimit, worker } from './duel.mjs';

const BATCH_ROWS = 2048;
const WORKS = [
  { work: 'group', goal: 'group', title: 'channel x stage x rating', memoryBound: true },
  { work: 'month', goal: 'month', title: 'channel x stage x month of Europe/Berlin' },
  { work: 'any_month', title: 'channel x stage x month, times in no order' },
  {
    work: 'latest', goal: 'latest', title: 'latest per customer, then by channel',
    takesMemory: true,
  },
];

export async function measureTable(run) {
  run.say('Making the table');
  await run.nps.ask('make', 'table', run.rows.table);
  await run.duckdb.ask('make', 'table', run.rows.table);
  for (const it of WORKS) {
    run.say(it.title);
    await measureLimit(run, it.work);
    await duelDuckdb(run, { ...it, ways: WAYS[it.work] });
    await duelThreads(run, it);
  }
  for (const it of WORKS.slice(0, 2)) await duelBatches(run, it);
  await run.nps.ask('drop', 'table');
  await run.duckdb.ask('drop', 'table');
}

// All rows in calls of a batch each, against all rows in one call.
async function duelBatches(run, { work, title }) {
  await duel(run, {
    work, title: `${title}, a call for each ${BATCH_ROWS} rows`, goal: 'batch', cost: true,
    against: 'one call for all rows; what a row costs',
    theirs: worker(run, run.nps, work, 1),
    ours: worker(run, run.nps, work, 1, BATCH_ROWS),
  });
}
