;; Names with escapes that are none, and what JSON's escapes make of a name.
;; cases: 7
;; expect: is not a name
;; expect 4: JSON: 
;; expect 5: JSON: 
;; expect 6: JSON: 
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"\\\\256\"}}\00")
(data (i32.const 1280) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"a\\\\1\"}}\00")
(data (i32.const 1536) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"a\\\\\"}}\00")
(data (i32.const 1792) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"\\u002e\\u002ewww\"}}\00")
(data (i32.const 2048) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"a\\u0000b\"}}\00")
(data (i32.const 2304) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"\\ud800\"}}\00")
(data (i32.const 2560) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"content\":\"192.0.2.1\",\"ttl\":null,\"name\":\"\\q\"}}\00")
(func $attack
  (call $apply (i32.add (i32.const 1024) (i32.mul (global.get $case) (i32.const 256)))))
