;; Adds a record to one set a hundred thousand times, each with other octets.
;; expect: does not fit one message
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Append\",\"record\":\"TXT\",\"name\":\"h\",\"content\":\"\00")
(data (i32.const 1152) "\",\"ttl\":null}}\00")
(func $attack
  (local $i i32)
  (loop $next
    (drop (call $put (call $put_number (call $put (i32.const 4096) (i32.const 1024))
      (local.get $i)) (i32.const 1152)))
    (call $apply (i32.const 4096))
    (br_if $next
      (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100000)))))
