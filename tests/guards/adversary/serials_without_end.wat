;; An SOA whose serial is as far ahead as a serial can be, and one whose serial is behind.
;; cases: 2
;; expect: accept
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"SOA\",\"name\":\"@\",\"ttl\":null,\"content\":\"a. b. 2147483648 1 1 1 1\"}}\00")
(data (i32.const 1280) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"SOA\",\"name\":\"@\",\"ttl\":null,\"content\":\"a. b. 4294967295 0 0 0 0\"}}\00")
(func $attack
  (call $apply (i32.add (i32.const 1024) (i32.mul (global.get $case) (i32.const 256)))))
