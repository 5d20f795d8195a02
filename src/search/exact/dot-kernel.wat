;; The dot products of pairs of a query and a document, two float64 at a time.
;; Four float64 sums, value i going to sum i mod 4; then (sum 0 + sum 1) + (sum 2 + sum 3), rounded to float32 once.
(module
  (memory (import "memory" "shared") 1)

  ;; Scores the pairs from $pair up to $end. All but $dimension are byte addresses: a pair is two int32, the addresses of a query,
  ;; float64 [d], and of a document, float32 [d]; out is float32 [pairs]. d is a multiple of 4, and there is a pair.
  (func (export "scores") (param $pair i32) (param $end i32) (param $out i32) (param $dimension i32)
    (local $query i32) (local $document i32) (local $documentEnd i32)
    (local $low v128)  ;; sums 0 and 1
    (local $high v128) ;; sums 2 and 3
    (loop $pairs
      (local.set $query (i32.load (local.get $pair)))
      (local.set $document (i32.load offset=4 (local.get $pair)))
      (local.set $documentEnd (i32.add (local.get $document) (i32.shl (local.get $dimension) (i32.const 2))))
      (local.set $low (f64x2.splat (f64.const 0)))
      (local.set $high (f64x2.splat (f64.const 0)))
      (loop $products
        (local.set $low
          (f64x2.add
            (local.get $low)
            (f64x2.mul
              (v128.load align=8 (local.get $query))
              (f64x2.promote_low_f32x4 (v128.load64_zero align=4 (local.get $document))))))
        (local.set $high
          (f64x2.add
            (local.get $high)
            (f64x2.mul
              (v128.load offset=16 align=8 (local.get $query))
              (f64x2.promote_low_f32x4 (v128.load64_zero offset=8 align=4 (local.get $document))))))
        (local.set $query (i32.add (local.get $query) (i32.const 32)))
        (local.set $document (i32.add (local.get $document) (i32.const 16)))
        (br_if $products (i32.lt_u (local.get $document) (local.get $documentEnd))))
      (f32.store
        (local.get $out)
        (f32.demote_f64
          (f64.add
            (f64.add (f64x2.extract_lane 0 (local.get $low)) (f64x2.extract_lane 1 (local.get $low)))
            (f64.add (f64x2.extract_lane 0 (local.get $high)) (f64x2.extract_lane 1 (local.get $high))))))
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (local.set $pair (i32.add (local.get $pair) (i32.const 8)))
      (br_if $pairs (i32.lt_u (local.get $pair) (local.get $end))))))
