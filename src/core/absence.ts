/** Why a number is absent. Absence is never NaN. */
export interface NotApplicable {
  readonly notApplicable: string;
}
