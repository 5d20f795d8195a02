/** Of every bound that is shown and that no policy sets: intervals have it on two sides, what a sample proves on one. */
export const CONFIDENCE = 0.95;
