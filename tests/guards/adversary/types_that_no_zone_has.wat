;; Writes types that are questions or belong to a message.
;; cases: 7
;; expect: is not a type that a zone can hold
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"name\":\"w\",\"ttl\":null,\"content\":\"\\\\# 0\",\"record\":\"\00")
(data (i32.const 1280) "OPT\"}}\00")
(data (i32.const 1312) "ANY\"}}\00")
(data (i32.const 1344) "AXFR\"}}\00")
(data (i32.const 1376) "IXFR\"}}\00")
(data (i32.const 1408) "TSIG\"}}\00")
(data (i32.const 1440) "TKEY\"}}\00")
(data (i32.const 1472) "TYPE0\"}}\00")
(func $attack
  (drop (call $put (call $put (i32.const 4096) (i32.const 1024))
    (i32.add (i32.const 1280) (i32.mul (global.get $case) (i32.const 32)))))
  (call $apply (i32.const 4096)))
