// What it was measured on and with, as far as the machine says.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

function firstLine(command, ...args) {
  try {
    const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return execFileSync(command, args, options).split('\n')[0].trim();
  } catch {
    return 'not known';
  }
}

function caches() {
  try {
    const folder = '/sys/devices/system/cpu/cpu0/cache';
    const read = (cache, name) => readFileSync(`${folder}/${cache}/${name}`, 'utf8').trim();
    return readdirSync(folder).filter((name) => name.startsWith('index'))
      .filter((cache) => read(cache, 'type') !== 'Instruction')
      .map((cache) => `L${read(cache, 'level')} ${read(cache, 'size')}`).join(', ');
  } catch {
    return 'not known';
  }
}

function commit() {
  const changed = firstLine('git', 'status', '--porcelain', '--untracked-files=no');
  const id = firstLine('git', 'rev-parse', '--short=12', 'HEAD');
  return changed === '' || changed === 'not known' ? id : `${id}, with changes`;
}

export function machine(run) {
  const { info } = run;
  return [
    ['processor', `${cpus()[0].model}, ${cpus().length} cores`],
    ['caches', caches()],
    ['memory', `${(totalmem() / 2 ** 30).toFixed(0)} GiB`],
    ['kernel', `${process.platform} ${release()}`],
    ['nps', `${info.nps.version}, commit ${commit()}, built by ${info.nps.compiler}`],
    ['kernels of nps', info.nps.kernels.join(', ')],
    ['compilers there', `${firstLine('g++', '--version')}; ${firstLine('clang++', '--version')}`],
    ['DuckDB', info.duckdb.version],
    ['Polars', info.polars?.version ?? 'not asked'],
    ['Node', process.version],
  ];
}
