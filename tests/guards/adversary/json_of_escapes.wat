;; A name of forty thousand JSON escapes.
;; expect: is not a name
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"\00")
(data (i32.const 1280) "\\u0061\00")
(data (i32.const 1288) "\"}}\00")
(func $attack
  (local $at i32)
  (local $i i32)
  (local.set $at (call $put (i32.const 4096) (i32.const 1024)))
  (loop $next
    (local.set $at (call $put (local.get $at) (i32.const 1280)))
    (br_if $next
      (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 40000))))
  (drop (call $put (local.get $at) (i32.const 1288)))
  (call $apply (i32.const 4096)))
