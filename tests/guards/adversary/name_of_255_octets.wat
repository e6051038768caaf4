;; A name of exactly 255 octets in wire form, in labels of one octet: as deep as names go.
;; expect: accept
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"\00")
(data (i32.const 1280) "\"}}\00")
(func $attack
  (local $at i32)
  (local $left i32)
  (local.set $at (call $put (i32.const 4096) (i32.const 1024)))
  ;; the apex takes a octet more than its text
  (local.set $left (i32.sub (i32.const 254) (call $zone_size)))
  (if (i32.and (local.get $left) (i32.const 1))
    (then ;; a label of two octets first
      (i32.store (local.get $at) (i32.const 0x2e6161))
      (local.set $at (i32.add (local.get $at) (i32.const 3)))
      (local.set $left (i32.sub (local.get $left) (i32.const 3)))))
  (loop $next
    (i32.store16 (local.get $at) (i32.const 0x2e61))
    (local.set $at (i32.add (local.get $at) (i32.const 2)))
    (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 2)))))
  (drop (call $put (i32.sub (local.get $at) (i32.const 1)) (i32.const 1280)))
  (call $apply (i32.const 4096)))
