;; Sets a record of eight thousand empty strings for ever.
;; expect: out of fuel
;; policy: fuel=100000000
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
      (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 8000))))
  (drop (call $put (local.get $at) (i32.const 1288)))
  (local.set $i (call $size_of (i32.const 4096)))
  (loop $again
    (call $update_record (i32.const 4096) (local.get $i))
    (br $again)))
