// Polars' ways to do each work, by name. The driver takes the fastest.
import pl from 'nodejs-polars';

const KEYS = ['channel', 'stage', 'month'];
const BANDS = ['n', 'p', 'd'];

const bands = () => [
  pl.len().alias('n'),
  pl.col('rating').gtEq(9).sum().alias('p'),
  pl.col('rating').ltEq(6).sum().alias('d'),
];
const monthOf = (times) => times.dt.truncate('1mo').alias('month');
const inBerlin = (name) => pl.col(name).dt.convertTimeZone('Europe/Berlin');
const named = (groups) => groups
  .withColumn(pl.col('month').dt.strftime('%Y-%m').alias('month'))
  .select(...KEYS, ...BANDS);
const byMonth = (answers, month) =>
  named(answers.withColumn(monthOf(month)).groupBy(KEYS).agg(...bands()));
const byPart = (answers, part, month) => named(answers
  .withColumn(part.alias('part'))
  .groupBy(['channel', 'stage', 'part']).agg(...bands())
  .withColumn(monthOf(month))
  .groupBy(KEYS).agg(...BANDS.map((name) => pl.col(name).sum())));

const scanned = (path) => pl.scanCSV(path).select(
  pl.col('channel'), pl.col('journey_stage').alias('stage'), pl.col('score').alias('rating'),
  pl.col('responded_at').str.strptime(pl.Datetime, '%Y-%m-%dT%H:%M:%SZ').alias('time'));

const parsed = (path) => pl.scanCSV(path, { parseDates: true }).select(
  pl.col('channel'), pl.col('journey_stage').alias('stage'), pl.col('score').alias('rating'),
  pl.col('responded_at').alias('time'));

export const POLARS_WAYS = {
  group: {
    'codes as bytes': (answers) =>
      answers.groupBy(['channel', 'stage', 'rating']).agg(pl.len().alias('n')),
  },
  month: {
    'truncate in Berlin': (answers) => byMonth(answers, inBerlin('time')),
    'by UTC hour, then truncate in Berlin': (answers) =>
      byPart(answers, pl.col('time').dt.truncate('1h'), inBerlin('part')),
  },
  csv: {
    'dates parsed while scanning': (_, path) => byMonth(parsed(path), pl.col('time')),
    'format given': (_, path) => byMonth(scanned(path), pl.col('time')),
    'format given, by hour first': (_, path) =>
      byPart(scanned(path), pl.col('time').dt.truncate('1h'), pl.col('part')),
  },
};
