/** How each kind of picture is made and read; the page defines them under its method, and each figure links there. */
export const PICTURES = {
  forest: {
    title: 'Intervals against margins',
    words:
      'One line a rule or slice. The dot is the mean difference new − old, the line runs between its two one-sided bounds, the short bar is the margin. A rule of non-inferiority passes where the whole line lies right of its margin, and fails where it lies left of it; a slice is harmed only where the whole line lies left.',
  },
  interval: {
    title: 'One rule in the table',
    words:
      'The dot is what was found, the bar its bounds, the dashed line the margin or limit; the shaded side is worse than allowed. Each has a scale of its own.',
  },
  scatter: {
    title: 'Old against new, query by query',
    words:
      'Each dot stands for the queries with that value before (to the right) and after (upwards), to a hundredth; its area grows with their number. Queries on the diagonal stayed.',
  },
  waterfall: {
    title: 'Where the change comes from',
    words:
      'From the old version as served to the new one: the old index’s loss comes back, the model’s part is the difference between exact neighbours, the new index’s loss goes off. The parts add up to the difference.',
  },
  heatmap: {
    title: 'Slices and measures',
    words:
      'The mean difference new − old of each measure over the queries of each slice. Depth of colour goes by the square root of the difference, so that small ones show; it says nothing of whether a difference is sure.',
  },
  overlap: {
    title: 'Queries by overlap',
    words:
      'How many queries share how much of their first results under both versions, in tenths. The dashed line is the noise floor: what 95 % of queries keep of a version’s own list when its index is built again, and never less than one place of k away from 1, since a list can’t change by less. Right of it a change can be noise.',
  },
  densities: {
    title: 'Scores of relevant and of other pairs',
    words:
      'Shares a bin per unit of score, as curves of equal area. What lies right of a threshold passes it: the more green and the less grey, the better the threshold tells them apart.',
  },
  histogram: { title: 'Histograms of scores', words: 'The share of scores in each bin; both versions have the same bins.' },
  recall: {
    title: 'Recall against efSearch',
    words:
      'The mean share of exact neighbours that each index finds when it looks at efSearch candidates. Where the curve is flat, a larger value costs time for nothing.',
  },
  backfill: {
    title: 'Quality while documents are embedded again',
    words:
      'The mean of the measure when a share of the documents has vectors of the new version and the others still have old ones, over random orders. Queries of one version see only documents of their own space rightly; routed by tag, each document is searched by a query vector of its own version.',
  },
  map: {
    title: 'Maps of the corpus',
    words:
      'A seeded sample of up to 5,000 documents on the first two principal components of each space by itself. The new picture is turned to lie as near to the old one as it can. The two are drawn side by side and never compared as vectors.',
  },
  pareto: {
    title: 'Quality against cost',
    words:
      'Each mark is a candidate of a sweep, numbered as in the table. One that lies lower and further right than another costs more and finds less. The table calls it dominated where another is at least as good in quality, bytes and documents looked at, and better in one. Bytes count a float32 vector and its links in the index, about; what a search costs in time stands in the table.',
  },
} as const;

export type PictureKind = keyof typeof PICTURES;

/** What a sweep shows and a report doesn't. */
export const SWEEP_PICTURES: readonly PictureKind[] = ['pareto'];
