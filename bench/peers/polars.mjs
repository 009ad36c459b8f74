// Polars as an engine, on as many threads as POLARS_MAX_THREADS said when it was started:
// `make table ROWS`, `run WORK THREADS WAY [FILE]` (the way by its number).
import { readFileSync } from 'node:fs';
import pl from 'nodejs-polars';

import { CHANNELS, STAGES, columns } from './data.mjs';
import { POLARS_WAYS } from './polars_ways.mjs';
import { serve, timed } from './serve.mjs';

let answers;

const manifest = new URL('node_modules/nodejs-polars/package.json', import.meta.url);

// Groups of the table have codes, those of the file have labels.
const labelled = (row) => row.map((value, i) =>
  (i < 2 && typeof value === 'number' ? [CHANNELS, STAGES][i][value] : value));

await serve({
  info: () => ({ version: JSON.parse(readFileSync(manifest)).version }),
  make(what, rows) {
    const made = columns(Number(rows));
    answers = pl.DataFrame(Object.entries(made).map(([name, column]) => pl.Series(name, column)))
      .withColumn(pl.col('time').cast(pl.Datetime('us', 'UTC')));
    return { made: what };
  },
  run(work, threads, way, path) {
    const query = Object.values(POLARS_WAYS[work])[Number(way)];
    return timed(() => query(answers?.lazy(), path).collectSync(),
      (frame) => frame.rows().map(labelled));
  },
});
