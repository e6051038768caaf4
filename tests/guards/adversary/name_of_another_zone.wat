;; Writes into another zone of the same server, into the parent, into the root.
;; cases: 5
;; expect: outside the zone
;; expect 3: is not a name
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"content\":\"gone\",\"ttl\":null,\"name\":\"alive.other.test.\"}}\00")
(data (i32.const 1280) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"NS\",\"content\":\"ns.example.\",\"ttl\":null,\"name\":\"test.\"}}\00")
(data (i32.const 1536) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"NS\",\"content\":\"ns.example.\",\"ttl\":null,\"name\":\".\"}}\00")
(data (i32.const 1792) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"content\":\"gone\",\"ttl\":null,\"name\":\"..other.test.\"}}\00")
(data (i32.const 2048) "{\"RemoveRecords\":{\"record\":\"TXT\",\"name\":\"alive.other.test.\",\"index\":null}}\00")
(func $attack
  (call $apply (i32.add (i32.const 1024) (i32.mul (global.get $case) (i32.const 256)))))
