;; One record of as many octets as RDATA can have, and one more.
;; cases: 2
;; expect 0: does not fit one message
;; expect 1: TYPE65400 octets: does not fit
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TYPE65400\",\"name\":\"h\",\"ttl\":null,\"content\":\"\\\\# 65535 \00")
(data (i32.const 1280) "\"}}\00")
(func $attack
  (local $at i32)
  (local.set $at (call $put (i32.const 4096) (i32.const 1024)))
  (memory.fill (local.get $at) (i32.const 0x37) (i32.const 131072))
  (local.set $at (i32.add (local.get $at) (i32.const 131070)))
  (drop (call $put
    (i32.add (local.get $at) (i32.mul (global.get $case) (i32.const 2)))
    (i32.const 1280)))
  (call $apply (i32.const 4096)))
