import type { BackfillForecast, ForecastCurve, ForecastPoint } from '../../contract/studies.ts';

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
 * How deep quality falls under each way through a backfill, and which one that speaks for: the way whose worst moment is the best,
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
  return `At its lowest, ${measure} is ${lows.join(', ')}. ${choice(ways, wholeOf(routed))} ${caution}`;
}

/** One space's queries over vectors of both is what the read guard is there to refuse. */
const UNGUARDED = 'and no read guard refuses the mix';

function wayOf(name: string, condition: string, curve: BackfillForecast['old']): Way | null {
  if ('notApplicable' in curve) return null;
  return { name, condition, lowest: curve.reduce((worst, point) => (point.mean < worst.mean ? point : worst)) };
}

/** The worse of the two versions, each over documents of its own. */
function wholeOf(routed: ForecastCurve): number {
  return Math.min(routed[0]?.mean ?? 0, routed.at(-1)?.mean ?? 0);
}

function choice(ways: readonly Way[], whole: number): string {
  // The first of equals: routing mixes no spaces.
  const best = ways.reduce((one, other) => (other.lowest.mean > one.lowest.mean ? other : one));
  if (whole - best.lowest.mean <= NEGLIGIBLE) return `So documents can be backfilled in place, ${best.condition}.`;
  const [none, most] =
    ways.length > 1 ? ['none of these ways stays', `; of these ways, queries ${best.name} keep most`] : ['that does not stay', ''];
  return `Both versions reach ${whole.toFixed(3)} or more over documents of their own, and ${none} within ${NEGLIGIBLE} of it: build the new vectors beside the old ones and switch once${most}.`;
}
