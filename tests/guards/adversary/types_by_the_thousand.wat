;; Five thousand types at one name.
;; expect: more than 128 record sets at one name
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"name\":\"many\",\"content\":\"\\\\# 1 00\",\"ttl\":null,\"record\":\"TYPE\00")
(data (i32.const 1152) "\"}}\00")
(func $attack
  (local $i i32)
  (local $at i32)
  (local.set $i (i32.const 2000))
  (loop $next
    (local.set $at (call $put (i32.const 4096) (i32.const 1024)))
    (drop (call $put_number (i32.sub (local.get $at) (i32.const 2)) (local.get $i)))
    (i32.store16 (i32.sub (local.get $at) (i32.const 2)) (i32.const 0x4550)) ;; "PE"
    (drop (call $put (i32.add (local.get $at) (i32.const 4)) (i32.const 1152)))
    (call $apply (i32.const 4096))
    (br_if $next
      (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 7000)))))
