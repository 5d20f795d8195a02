import { isNotApplicable } from '../../core/absence.ts';
import type { BackfillForecast, ForecastCurve, ForecastPoint } from '../../model/studies.ts';

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
 * if that is as good as both versions are whole; else none, and a second index. Ends count: queries switched first meet old
 * documents only, queries switched last new ones only.
 * @param queries judged ones behind each point
 */
export function forecastWords(measure: string, { old: before, new: after, routed }: Curves, queries: number): string {
  const ways = [
    wayOf('routed by tag', 'as long as every query is embedded under both versions and routed by tag', routed),
    wayOf('of the new version alone', `if every query is one of the new version from the start, ${UNGUARDED}`, after),
    wayOf('of the old version alone', `if every query is one of the old version to the end, ${UNGUARDED}`, before),
  ].filter((way) => way !== null);
  const lows = ways.map(({ name, lowest: { mean, share } }, i) => {
    const [whose, state] = i === 0 ? ['queries', ' backfilled'] : ['those', ''];
    return `${mean.toFixed(3)} for ${whose} ${name} (${Math.round(100 * share)} %${state})`;
  });
  const caution = `Forecast on ${queries} judged ${queries === 1 ? 'query' : 'queries'}; scores mix too, and thresholds with them.`;
  const whole = wholeOf(routed);
  const low = `In place, ${measure} is at its lowest ${lows.join(', ')}; both versions reach ${whole.toFixed(3)} over documents of their own.`;
  return `${choice(ways, whole)} ${low} ${caution}`;
}

/** One space's queries over vectors of both is what the read guard is there to refuse. */
const UNGUARDED = 'and no read guard refuses the mix';

function wayOf(name: string, condition: string, curve: BackfillForecast['old']): Way | null {
  if (isNotApplicable(curve)) return null;
  return { name, condition, lowest: curve.reduce((worst, point) => (point.mean < worst.mean ? point : worst)) };
}

/** The worse of the two versions, each over documents of its own. */
function wholeOf(routed: ForecastCurve): number {
  return Math.min(routed[0]?.mean ?? 0, routed.at(-1)?.mean ?? 0);
}

function choice(ways: readonly Way[], whole: number): string {
  // The first of equals: routing mixes no spaces.
  const best = ways.reduce((one, other) => (other.lowest.mean > one.lowest.mean ? other : one));
  return whole - best.lowest.mean <= NEGLIGIBLE
    ? `Documents can be backfilled in place, ${best.condition}.`
    : 'Build the new vectors beside the old ones and switch once.';
}
