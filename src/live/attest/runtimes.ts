import type { Dtype } from '../../model/version.ts';

/** A runtime other than this one whose vectors of the same weights are taken for the same version. */
export interface OtherRuntime {
  readonly id: string;
  readonly title: string;
  /** Least cosine with the vector made here, by type of the weights. */
  readonly cosine: Readonly<Record<Dtype, number>>;
  /** Where the figures are from. */
  readonly source: string;
}

/** Every named runtime; the only list. */
export const RUNTIMES: readonly OtherRuntime[] = [
  {
    id: 'onnxruntime',
    title: 'another release or language of onnxruntime, one text a run',
    cosine: { q8: 0.997, fp16: 0.9995, fp32: 0.9999 },
    source:
      'q8: onnxruntime 1.32 in Python against 1.14 here, 60 texts of bge-small-en: 0.9984 to 0.9998. fp16, fp32: rounding of the type, ten times over',
  },
];
