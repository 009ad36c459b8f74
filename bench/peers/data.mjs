// The formula of table.h in SQL and in JavaScript. That all engines give the same answers is what
// keeps the three alike.

export const CHANNELS = ['web', 'mobile', 'store'];
export const STAGES = ['onboarding', 'purchase', 'delivery', 'support', 'renewal', 'return'];
const PERCENT = [3, 1, 1, 2, 2, 6, 5, 11, 19, 16, 34];
const OF_HUNDRED = PERCENT.flatMap((times, rating) => Array(times).fill(rating));
const YEAR_SECONDS = 31_536_000;
const FIRST_SECOND = 1_735_689_600;  // 2025-01-01T00:00:00Z
const ROWS_PER_CUSTOMER = 10;

const strideOf = (rows) => (rows < YEAR_SECONDS ? Math.floor(YEAR_SECONDS / rows) : 1);

// ---- SQL ----

const quoted = (texts) => texts.map((text) => `'${text}'`).join(', ');
const step = (x) => `((xor(${x}, ${x} >> 16) * 73244475) & 4294967295)`;  // 0x45d9f3b
const last = (x) => `xor(${x}, ${x} >> 16)`;
const pick = (list, index) => `(${list})[1 + (${index})::int]`;

// Ratings stand there as bytes and as an ENUM, times with and without a zone, so that each query
// may take what is faster.
export function createTable(rows) {
  const customers = Math.max(1, Math.floor(rows / ROWS_PER_CUSTOMER));
  const ratings = [...PERCENT.keys()].map(String);
  return `create table answers as
    with numbers as (select i::ubigint as i from range(${rows}) t(i)),
    s1 as (select i, ${step('(2 * i)')} as a, ${step('(2 * i + 1)')} as b from numbers),
    s2 as (select i, ${step('a')} as a, ${step('b')} as b from s1),
    s3 as (select i, ${last('a')} as a, ${last('b')} % ${customers} as c from s2),
    s4 as (select i, a, ${step('c')} as d, ${step('xor(c, 2654435769)')} as e from s3),
    s5 as (select i, a, ${step('d')} as d, ${step('e')} as e from s4),
    s6 as (select a, ${last('d')} as d, ${last('e')} as e,
             ${FIRST_SECOND} + (i * ${strideOf(rows)}) % ${YEAR_SECONDS} as second,
             i // ${YEAR_SECONDS} as micro,
             ${pick(`[${OF_HUNDRED}]`, 'a % 100')} as rating from s5)
    select rating::utinyint as rating,
      rating::varchar::enum(${quoted(ratings)}) as rating_label,
      ${pick(`[${quoted(CHANNELS)}]`, '(a >> 8) % 3')}::enum(${quoted(CHANNELS)}) as channel,
      ${pick(`[${quoted(STAGES)}]`, '(a >> 16) % 6')}::enum(${quoted(STAGES)}) as stage,
      make_timestamp((second * 1000000 + micro)::bigint) as utc,
      make_timestamp((second * 1000000 + micro)::bigint) at time zone 'UTC' as instant,
      ((d << 32) | e)::ubigint as customer
    from s6`;
}

// ---- JavaScript ----

function mix(x) {
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return (x ^ (x >>> 16)) >>> 0;
}

// Columns without customers. Times are microseconds of UTC.
export function columns(rows) {
  const made = {
    rating: new Uint8Array(rows), channel: new Uint8Array(rows), stage: new Uint8Array(rows),
    time: new BigInt64Array(rows),
  };
  const halves = new Uint32Array(made.time.buffer);  // little-endian, as all machines here are
  const stride = strideOf(rows);
  for (let i = 0; i < rows; ++i) {
    const a = mix((2 * i) >>> 0);
    made.rating[i] = OF_HUNDRED[a % 100];
    made.channel[i] = (a >>> 8) % CHANNELS.length;
    made.stage[i] = (a >>> 16) % STAGES.length;
    const second = FIRST_SECOND + ((i * stride) % YEAR_SECONDS);
    const micros = second * 1e6 + Math.floor(i / YEAR_SECONDS);  // below 2^53
    halves[2 * i] = micros % 2 ** 32;
    halves[2 * i + 1] = Math.floor(micros / 2 ** 32);
  }
  return made;
}
