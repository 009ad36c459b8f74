// nps among its peers, in one run: `./dev bench --peers`. Every engine does the same work on the
// same data and must give the same answer; then the table of ratios is written to bench/RESULTS.md.
//
//   node bench/peers/main.mjs NPS_PEER [--quick] [--share=N] [--pairs=N] [--only=PART,PART]
//
// --quick is --share=50 --pairs=3: a fiftieth of the rows, three pairs a line. That shows that the
// answers agree; its times mean little. With any flag the report is printed and nothing is written.
// The parts are tally, table, csv and polars.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Engine } from './engine.mjs';
import { gaps } from './gaps.mjs';
import { machine } from './machine.mjs';
import { measureCsv } from './measure_csv.mjs';
import { measurePolars } from './measure_polars.mjs';
import { measureReads } from './measure_reads.mjs';
import { measureTable } from './measure_table.mjs';
import { measureTally } from './measure_tally.mjs';
import { report } from './report.mjs';

const PARTS = { tally: measureTally, table: measureTable, csv: measureCsv, polars: measurePolars };
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: flags, positionals: [program] } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' }, share: { type: 'string' }, pairs: { type: 'string' },
    only: { type: 'string' },
  },
});
const share = Number(flags.share ?? (flags.quick ? 50 : 1));
const parts = flags.only?.split(',') ?? Object.keys(PARTS);
if (!program || !(share >= 1) || parts.some((part) => !PARTS[part])) {
  process.stderr.write('usage: main.mjs NPS_PEER [flags]; they stand at the top of the file\n');
  process.exit(2);
}

const folder = here('../../build/peers');
mkdirSync(folder, { recursive: true });

const run = {
  whole: Object.keys(flags).length === 0,
  small: share > 10,  // all of it fits the caches, so larger reads say nothing
  folder,
  pairs: Number(flags.pairs ?? (flags.quick ? 3 : 15)),
  repetitions: 3,
  threads: cpus().length >= 2 ? [1, 2] : [1],
  rows: {
    tally: Math.round(1e9 / share), table: Math.round(1e8 / share), csv: Math.round(2e7 / share),
  },
  nps: new Engine('nps', program),
  duckdb: new Engine('DuckDB', process.execPath, [here('duckdb.mjs')]),
  startPolars: (threads) => new Engine('Polars', process.execPath, [here('polars.mjs')],
    { POLARS_MAX_THREADS: String(threads) }),

  // What is found out on the way.
  missing: new Set(parts),  // parts that are still to be measured
  info: {},    // engine: what it says of itself
  sweep: [],   // {bytes, threads, bytesPerSecond}
  reader: {},  // threads: the reader that is best on memory
  bytesPerSecond: {},  // threads: what it reads
  answers: {}, // work: the answer that all must give
  limits: {},  // work: {threads: {bytes, seconds}}
  ways: {},    // work: [{engine, name, seconds, shortcut}]
  others: [],  // {work, engine, threads, seconds, way}
  lines: [],   // the table of ratios

  say: (text) => process.stderr.write(`${text}\n`),
  add(line) {
    this.lines.push(line);
    this.say(`${line.work}, against ${line.against}: ${line.ratio.median.toFixed(2)}`);
  },
};

run.info.nps = await run.nps.ask('info');
run.info.duckdb = await run.duckdb.ask('info');

await measureReads(run);
for (const part of parts) {
  await PARTS[part](run);
  run.missing.delete(part);
  if (run.whole) write();  // what is measured is not lost with what is not
}
await run.duckdb.stop();
await run.nps.stop();
if (!run.whole) process.stdout.write(report(run, machine(run), gaps()));

function write() {
  const { lines, others, ways, limits, sweep } = run;
  writeFileSync(`${folder}/results.json`, JSON.stringify({ lines, others, ways, limits, sweep }));
  writeFileSync(here('../RESULTS.md'), report(run, machine(run), gaps()));
  run.say('Written: bench/RESULTS.md');
}
