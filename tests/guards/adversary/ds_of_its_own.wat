;; Writes a DS at its own apex, and one for a child that is not delegated.
;; cases: 2
;; expect 0: DS: not at the apex
;; expect 1: no NS at the same name
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"DS\",\"name\":\"@\",\"ttl\":null,\"content\":\"1 13 2 0000000000000000000000000000000000000000000000000000000000000000\"}}\00")
(data (i32.const 1280) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"DS\",\"name\":\"w\",\"ttl\":null,\"content\":\"1 13 2 0000000000000000000000000000000000000000000000000000000000000000\"}}\00")
(func $attack
  (call $apply (i32.add (i32.const 1024) (i32.mul (global.get $case) (i32.const 256)))))
