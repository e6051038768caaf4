;; A TXT record of thirty thousand strings that are empty.
;; expect: accept
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"name\":\"w\",\"ttl\":null,\"content\":\"\00")
(data (i32.const 1280) "\\\"\\\" \00")
(data (i32.const 1288) "\"}}\00")
(func $attack
  (local $at i32)
  (local $i i32)
  (local.set $at (call $put (i32.const 4096) (i32.const 1024)))
  (loop $next
    (local.set $at (call $put (local.get $at) (i32.const 1280)))
    (br_if $next
      (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 30000))))
  (drop (call $put (local.get $at) (i32.const 1288)))
  (call $apply (i32.const 4096)))
