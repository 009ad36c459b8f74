// DuckDB's ways to do each work, by name. All must give the right answer; the driver takes the
// fastest. One that is `rewritten` for speed is measured beside the fastest of those that say what
// is asked as one would say it. A `shortcut` is right on this data only, or does less: it is shown,
// but never taken.

const BANDS = `count(*) as n, count(*) filter (rating >= 9) as p,
  count(*) filter (rating <= 6) as d`;
const SUMS = 'sum(n) as n, sum(p) as p, sum(d) as d';
const HOUR_MICROS = 3_600_000_000;

const monthly = (grouped) => `select channel, stage, strftime(m, '%Y-%m'), n, p, d
  from (${grouped})`;
const byMonth = (month, from = 'answers') => monthly(
  `select channel, stage, ${month} as m, ${BANDS} from ${from} group by all`);
// Through groups of a part of time, such as an hour, which need far fewer conversions.
const byPart = (part, month, from = 'answers') => monthly(
  `select channel, stage, ${month} as m, ${SUMS} from (
     select channel, stage, ${part} as part, ${BANDS} from ${from} group by all) group by all`);

// Right for every zone whose offsets are whole hours.
const byBerlinHour = (utc) => byPart(`epoch_us(${utc}) // ${HOUR_MICROS}`, `date_trunc('month',
  make_timestamp((part * ${HOUR_MICROS})::bigint) at time zone 'UTC'
    at time zone 'Europe/Berlin')`);

const SUMMER = `utc >= '2025-03-30 01:00' and utc < '2025-10-26 01:00'`;

const ofLatest = (latest) => `select channel, ${BANDS} from (${latest}) group by all`;

const FORMAT = `header = true, delim = ',', quote = '"', escape = '"'`;
const fileOf = (path, time, label) => `(select channel, journey_stage as stage, responded_at,
  score as rating from read_csv('${path}', ${FORMAT}, auto_detect = false, columns = {
    customer_id: 'VARCHAR', responded_at: '${time}', score: 'UTINYINT',
    channel: '${label('channel')}', journey_stage: '${label('stage')}', comment: 'VARCHAR'}))`;
const text = () => 'VARCHAR';
const sniffed = (path) => `(select channel, journey_stage as stage, responded_at,
  score as rating from read_csv('${path}'))`;

export const WAYS = {
  group: {
    'ratings as bytes': () =>
      'select channel, stage, rating, count(*) from answers group by all',
    'ratings as an ENUM': () =>
      'select channel, stage, rating_label, count(*) from answers group by all',
  },
  month: {
    'date_trunc of TIMESTAMPTZ': () => byMonth(`date_trunc('month', instant)`),
    'date_trunc at time zone': () =>
      byMonth(`date_trunc('month', instant at time zone 'Europe/Berlin')`),
    'by UTC hour, then date_trunc at time zone': {
      rewritten: true,
      sql: () => byBerlinHour('utc'),
    },
    'offsets of 2025 by hand': {
      shortcut: 'no zone, one year',
      sql: () => byMonth(`date_trunc('month', utc +
        case when ${SUMMER} then interval 2 hour else interval 1 hour end)`),
    },
  },
  any_month: {
    'date_trunc at time zone': () =>
      byMonth(`date_trunc('month', any_utc at time zone 'UTC' at time zone 'Europe/Berlin')`),
    'by UTC hour, then date_trunc at time zone': {
      rewritten: true,
      sql: () => byBerlinHour('any_utc'),
    },
  },
  latest: {
    'arg_max of each column': () => ofLatest(
      `select arg_max(channel, utc) as channel, arg_max(rating, utc) as rating
       from answers group by customer`),
    'arg_max of a struct': () => ofLatest(
      `select unnest(arg_max({channel: channel, rating: rating}, utc))
       from answers group by customer`),
    'max of time and codes packed into an integer': {
      rewritten: true,
      sql: () => `select enum_range(null::channel_label)[code + 1], ${BANDS} from (
        select max(epoch_us(utc) * 64 + enum_code(channel) * 16 + rating) as packed,
          packed // 16 % 4 as code, packed % 16 as rating
        from answers group by customer)
        group by code`,
    },
  },
  csv: {
    'columns sniffed': (path) =>
      byMonth(`date_trunc('month', responded_at at time zone 'UTC')`, sniffed(path)),
    'columns given': (path) =>
      byMonth(`date_trunc('month', responded_at)`, fileOf(path, 'TIMESTAMP', text)),
    'columns given, by day first': {
      rewritten: true,
      sql: (path) =>
        byPart('responded_at::date', `date_trunc('month', part)`, fileOf(path, 'TIMESTAMP', text)),
    },
    'columns given, labels as ENUMs': (path) =>
      byMonth(`date_trunc('month', responded_at)`,
        fileOf(path, 'TIMESTAMP', (name) => `${name}_label`)),
    'month cut out of the text': {
      shortcut: 'times are not read',
      sql: (path) => `select channel, stage, substr(responded_at, 1, 7), ${BANDS}
        from ${fileOf(path, 'VARCHAR', text)} group by all`,
    },
  },
};

export const sqlOf = (way) => (typeof way === 'function' ? way : way.sql);
