/** Why a number is absent. Absence is never NaN. */
export interface NotApplicable {
  readonly notApplicable: string;
}

/** Whether there is a reason where a value was looked for. */
export function isNotApplicable(value: unknown): value is NotApplicable {
  return typeof value === 'object' && value !== null && 'notApplicable' in value && typeof value.notApplicable === 'string';
}
