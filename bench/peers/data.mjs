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

const step = (x) => `((xor(${x}, ${x} >> 16) * 73244475) & 4294967295)`;  // 0x45d9f3b
const last = (x) => `xor(${x}, ${x} >> 16)`;

// The rating is the number of ratings whose share ends at or below this one of a hundred.
const ratingOf = (hundredth) => PERCENT.slice(0, -1)
  .map((_, rating) => PERCENT.slice(0, rating + 1).reduce((a, b) => a + b))
  .map((end) => `(${hundredth} >= ${end})::utinyint`).join(' + ');
const labelOf = (index, labels, type) => `case ${index}
  ${labels.map((label, i) => `when ${i} then '${label}'::${type}`).join(' ')} end`;
const enumOf = (labels) => `enum (${labels.map((label) => `'${label}'`).join(', ')})`;

const RATINGS = [...PERCENT.keys()].map(String);

export const TYPES = [
  `create type rating_label as ${enumOf(RATINGS)}`,
  `create type channel_label as ${enumOf(CHANNELS)}`,
  `create type stage_label as ${enumOf(STAGES)}`,
];

// Ratings stand there as bytes and as an ENUM, times with and without a zone, so that each query
// may take what is faster.
export function createTable(rows) {
  const customers = Math.max(1, Math.floor(rows / ROWS_PER_CUSTOMER));
  return `create table answers as
    with numbers as (select i::ubigint as i from range(${rows}) t(i)),
    s1 as (select i, ${step('(2 * i)')} as a, ${step('(2 * i + 1)')} as b from numbers),
    s2 as (select i, ${step('a')} as a, ${step('b')} as b from s1),
    s3 as (select i, ${last('a')} as a, ${last('b')} as b from s2),
    s4 as (select *, b % ${customers} as c from s3),
    s5 as (select i, a, b, ${step('c')} as d, ${step('xor(c, 2654435769)')} as e from s4),
    s6 as (select i, a, b, ${step('d')} as d, ${step('e')} as e from s5),
    s7 as (select a, b, ${last('d')} as d, ${last('e')} as e,
             ${FIRST_SECOND} + (i * ${strideOf(rows)}) % ${YEAR_SECONDS} as second,
             i // ${YEAR_SECONDS} as micro,
             a % 100 as hundredth from s6),
    s8 as (select *, ${ratingOf('hundredth')} as rating from s7)
    select rating::utinyint as rating,
      ${labelOf('rating', RATINGS, 'rating_label')} as rating_label,
      ${labelOf('(a >> 8) % 3', CHANNELS, 'channel_label')} as channel,
      ${labelOf('(a >> 16) % 6', STAGES, 'stage_label')} as stage,
      make_timestamp((second * 1000000 + micro)::bigint) as utc,
      make_timestamp((second * 1000000 + micro)::bigint) at time zone 'UTC' as instant,
      make_timestamp(((${FIRST_SECOND} + b % ${YEAR_SECONDS}) * 1000000)::bigint) as any_utc,
      ((d << 32) | e)::ubigint as customer
    from s8`;
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
