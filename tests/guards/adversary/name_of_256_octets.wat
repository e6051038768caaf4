;; One octet more than a name can have, and very many more.
;; cases: 2
;; expect: is not a name
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"\00")
(data (i32.const 1280) "\"}}\00")
(func $attack
  (local $at i32)
  (local $left i32)
  (local.set $at (call $put (i32.const 4096) (i32.const 1024)))
  (local.set $left (i32.sub (i32.const 255) (call $zone_size)))
  (if (global.get $case) (then (local.set $left (i32.const 200000))))
  (if (i32.and (local.get $left) (i32.const 1))
    (then
      (i32.store (local.get $at) (i32.const 0x2e6161))
      (local.set $at (i32.add (local.get $at) (i32.const 3)))
      (local.set $left (i32.sub (local.get $left) (i32.const 3)))))
  (loop $next
    (i32.store16 (local.get $at) (i32.const 0x2e61))
    (local.set $at (i32.add (local.get $at) (i32.const 2)))
    (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 2)))))
  (drop (call $put (i32.sub (local.get $at) (i32.const 1)) (i32.const 1280)))
  (call $apply (i32.const 4096)))
