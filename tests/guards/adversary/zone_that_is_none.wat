;; Leaves a zone that cannot be: nothing, no SOA, no NS, CNAME at the apex, two SOA.
;; cases: 5
;; expect: SOA
;; expect 2: the apex has none
;; expect 3: other data at the same name
(data (i32.const 1024) "\"Clear\"\00")
(data (i32.const 1280) "{\"RemoveRecords\":{\"record\":\"SOA\",\"name\":\"@\",\"index\":0}}\00")
(data (i32.const 1536) "{\"RemoveRecords\":{\"record\":\"NS\",\"name\":\"@\",\"index\":0}}\00")
(data (i32.const 1792) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"CNAME\",\"name\":\"@\",\"ttl\":null,\"content\":\"other.test.\"}}\00")
(data (i32.const 2048) "{\"UpdateRecord\":{\"mode\":\"Append\",\"record\":\"SOA\",\"name\":\"@\",\"ttl\":null,\"content\":\"a. b. 9 1 1 1 1\"}}\00")
(func $attack
  (call $apply (i32.add (i32.const 1024) (i32.mul (global.get $case) (i32.const 256)))))
