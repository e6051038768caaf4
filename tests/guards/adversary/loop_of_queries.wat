;; Asks for all records for ever.
;; expect: out of fuel
;; policy: fuel=100000000
(data (i32.const 1024) "{\"name\":null,\"record\":null}\00")
(func $attack
  (loop $again
    (drop (call $query (i32.const 1024)))
    (br $again)))
