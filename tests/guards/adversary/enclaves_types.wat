;; Writes what the enclave makes, each type of the list.
;; cases: 9
;; expect: records are made by the enclave, never given
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"name\":\"@\",\"ttl\":null,\"record\":\"RRSIG\",\"content\":\"A 13 2 300 20300101000000 20200101000000 1 demo.test. AAAA\"}}\00")
(data (i32.const 1280) "{\"UpdateRecord\":{\"mode\":\"Append\",\"name\":\"w\",\"ttl\":null,\"record\":\"NSEC\",\"content\":\"a. A\"}}\00")
(data (i32.const 1536) "{\"UpdateRecord\":{\"mode\":\"Set\",\"name\":\"w\",\"ttl\":null,\"record\":\"NSEC3\",\"content\":\"1 0 0 - 00 A\"}}\00")
(data (i32.const 1792) "{\"UpdateRecord\":{\"mode\":\"Set\",\"name\":\"@\",\"ttl\":null,\"record\":\"NSEC3PARAM\",\"content\":\"1 0 0 -\"}}\00")
(data (i32.const 2048) "{\"UpdateRecord\":{\"mode\":\"Append\",\"name\":\"@\",\"ttl\":null,\"record\":\"DNSKEY\",\"content\":\"257 3 13 AAAA\"}}\00")
(data (i32.const 2304) "{\"UpdateRecord\":{\"mode\":\"Set\",\"name\":\"@\",\"ttl\":null,\"record\":\"CDS\",\"content\":\"0 0 0 00\"}}\00")
(data (i32.const 2560) "{\"UpdateRecord\":{\"mode\":\"Set\",\"name\":\"@\",\"ttl\":null,\"record\":\"CDNSKEY\",\"content\":\"0 3 0 AA==\"}}\00")
(data (i32.const 2816) "{\"UpdateRecord\":{\"mode\":\"Set\",\"name\":\"@\",\"ttl\":null,\"record\":\"ZONEMD\",\"content\":\"1 1 1 00\"}}\00")
(data (i32.const 3072) "{\"RemoveRecords\":{\"record\":\"DNSKEY\",\"name\":\"@\",\"index\":0}}\00")
(func $attack
  (call $apply (i32.add (i32.const 1024) (i32.mul (global.get $case) (i32.const 256)))))
