;; Adds a record to a set of two thousand and takes it out again, ten thousand times.
;; expect: out of fuel
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Append\",\"record\":\"TYPE65400\",\"name\":\"h\",\"content\":\"\\\\# 3 \00")
(data (i32.const 1152) "\",\"ttl\":null}}\00")
(data (i32.const 1280) "{\"RemoveRecords\":{\"name\":\"h\",\"record\":\"TYPE65400\",\"index\":0}}\00")
(func $attack
  (local $i i32)
  (loop $next
    (drop (call $put (call $put_number (call $put (i32.const 4096) (i32.const 1024))
      (local.get $i)) (i32.const 1152)))
    (call $apply (i32.const 4096))
    (br_if $next
      (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1900))))
  (local.set $i (i32.const 0))
  (loop $again
    (drop (call $put (call $put_number (call $put (i32.const 4096) (i32.const 1024))
      (i32.const 0)) (i32.const 1152)))
    (call $apply (i32.const 4096))
    (call $apply (i32.const 1280))
    (br_if $again
      (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10000))))
  (call $fail (i32.const 1280) (i32.const 3)))
