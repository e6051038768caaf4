;; Names with octets that are no letters: all of them allowed, and nowhere taken for something else.
;; cases: 6
;; expect: accept
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"\\\\000\\\\255\\\\010\"}}\00")
(data (i32.const 1280) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"a\\\\.b\"}}\00")
(data (i32.const 1536) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"\\\\@\"}}\00")
(data (i32.const 1792) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"\\\\*.\\\\042\"}}\00")
(data (i32.const 2048) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"\\u0077\\u0077\\u0077\"}}\00")
(data (i32.const 2304) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"\\\\046\\\\032\\\\092\"}}\00")
(func $attack
  (call $apply (i32.add (i32.const 1024) (i32.mul (global.get $case) (i32.const 256)))))
