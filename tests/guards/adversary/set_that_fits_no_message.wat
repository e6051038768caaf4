;; One set of TXT records that is larger than a message.
;; expect: does not fit one message
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Append\",\"record\":\"TXT\",\"name\":\"h\",\"content\":\"\00")
(data (i32.const 1152) "\",\"ttl\":null}}\00")
(func $attack
  (local $i i32)
  (local $at i32)
  (loop $next
    (local.set $at (call $put_number (call $put (i32.const 4096) (i32.const 1024)) (local.get $i)))
    (memory.fill (local.get $at) (i32.const 97) (i32.const 240))
    (drop (call $put (i32.add (local.get $at) (i32.const 240)) (i32.const 1152)))
    (call $apply (i32.const 4096))
    (br_if $next
      (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 300)))))
