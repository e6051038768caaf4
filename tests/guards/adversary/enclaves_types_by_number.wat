;; Writes what the enclave makes, by the number of the type.
;; cases: 8
;; expect: records are made by the enclave, never given
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"name\":\"@\",\"ttl\":null,\"content\":\"\\\\# 0\",\"record\":\"TYPE\00")
(data (i32.const 1280) "46\"}}\00")
(data (i32.const 1312) "47\"}}\00")
(data (i32.const 1344) "50\"}}\00")
(data (i32.const 1376) "51\"}}\00")
(data (i32.const 1408) "48\"}}\00")
(data (i32.const 1440) "59\"}}\00")
(data (i32.const 1472) "60\"}}\00")
(data (i32.const 1504) "63\"}}\00")
(func $attack
  (drop (call $put (call $put (i32.const 4096) (i32.const 1024))
    (i32.add (i32.const 1280) (i32.mul (global.get $case) (i32.const 32)))))
  (call $apply (i32.const 4096)))
