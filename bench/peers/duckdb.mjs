// DuckDB as an engine: `make table ROWS`, `run WORK THREADS WAY [FILE]` (the way by its number).
import { DuckDBInstance } from '@duckdb/node-api';

import { TYPES, createTable } from './data.mjs';
import { WAYS, sqlOf } from './duckdb_ways.mjs';
import { serve, timed } from './serve.mjs';

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run('set autoinstall_known_extensions = false');
await connection.run(`set TimeZone = 'Europe/Berlin'`);
for (const type of TYPES) await connection.run(type);

await serve({
  async info() {
    const version = await connection.runAndReadAll('select version()');
    return { version: version.getRowsJson()[0][0] };
  },
  async make(what, rows) {
    await connection.run('set threads = 2');
    await connection.run(createTable(Number(rows)));
    return { made: what };
  },
  async drop(what) {
    await connection.run('drop table answers');
    return { dropped: what };
  },
  async run(work, threads, way, path) {
    const sql = sqlOf(Object.values(WAYS[work])[Number(way)])(path);
    await connection.run(`set threads = ${Number(threads)}`);
    return timed(() => connection.runAndReadAll(sql), (result) => result.getRowsJson());
  },
});
