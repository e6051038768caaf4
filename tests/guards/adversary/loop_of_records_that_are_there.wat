;; Adds the same record to a set of two thousand for ever, which changes nothing.
;; expect: out of fuel
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Append\",\"record\":\"TYPE65400\",\"name\":\"h\",\"content\":\"\\\\# 3 \00")
(data (i32.const 1152) "\",\"ttl\":null}}\00")
(func $attack
  (local $i i32)
  (loop $next
    (drop (call $put (call $put_number (call $put (i32.const 4096) (i32.const 1024))
      (local.get $i)) (i32.const 1152)))
    (call $apply (i32.const 4096))
    (br_if $next
      (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1900))))
  (loop $again
    (call $apply (i32.const 4096))
    (br $again)))
