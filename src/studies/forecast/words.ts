import { isNotApplicable } from '../../core/absence.ts';
import type { BackfillForecast, ForecastPoint } from '../../model/studies.ts';

type Curves = Pick<BackfillForecast, 'old' | 'new' | 'routed'>;

/** A way through the backfill, and where it is worst. */
interface Way {
  /** Whose queries. */
  readonly name: string;
  /** What has to be so for documents to be backfilled in place. */
  readonly condition: string;
  readonly lowest: ForecastPoint;
}

/** A dip that nobody would build a second index for. */
const NEGLIGIBLE = 0.01;

/**
 * Which way through a backfill quality speaks for, and how deep it falls under each: the way whose worst moment is the best,
 * if that is as good as what people find today; else a second index. Where the new version, once whole, finds less than the old
 * one, no way is advised. Ends count: queries switched first meet old documents only, queries switched last new ones only.
 * @param queries judged ones behind each point
 */
export function forecastWords(measure: string, { old: before, new: after, routed }: Curves, queries: number): string {
  const ways = [
    wayOf('queries routed by tag', 'as long as every query is embedded under both versions and routed by tag', routed),
    wayOf('new queries only', `if every query is one of the new version from the start, ${UNGUARDED}`, after),
    wayOf('old queries only', `if every query is one of the old version to the end, ${UNGUARDED}`, before),
  ].filter((way) => way !== null);
  const [today, whole] = [routed[0]?.mean ?? 0, routed.at(-1)?.mean ?? 0];
  const lows = ways.map(({ name, lowest: { mean, share } }) => `${mean.toFixed(3)} with ${name} (${Math.round(100 * share)} % done)`);
  const low = `In place, ${measure} is at its lowest ${lows.join(', ')}.`;
  const ends = `Today it is ${today.toFixed(3)}, after the switch ${whole.toFixed(3)} (${queries} judged ${queries === 1 ? 'query' : 'queries'}).`;
  return `${choice(ways, today, whole)} ${low} ${ends} Score thresholds are unreliable until the switch is done.`;
}

/** One space's queries over vectors of both is what the read guard is there to refuse. */
const UNGUARDED = 'and no read guard refuses the mix';

function wayOf(name: string, condition: string, curve: BackfillForecast['old']): Way | null {
  if (isNotApplicable(curve)) return null;
  return { name, condition, lowest: curve.reduce((worst, point) => (point.mean < worst.mean ? point : worst)) };
}

function choice(ways: readonly Way[], today: number, whole: number): string {
  if (whole < today - NEGLIGIBLE)
    return 'No way through is advised: the new version finds less than the old one even when all documents are done.';
  // The first of equals: routing mixes no spaces.
  const best = ways.reduce((one, other) => (other.lowest.mean > one.lowest.mean ? other : one));
  return best.lowest.mean >= today - NEGLIGIBLE
    ? `Documents can be backfilled in place, ${best.condition}.`
    : 'Build the new vectors beside the old ones and switch once.';
}
