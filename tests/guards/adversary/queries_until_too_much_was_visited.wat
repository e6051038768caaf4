;; Asks until it has visited more than a request may, and goes on.
;; expect: out of fuel
;; policy: fuel=100000000 visited=100
(data (i32.const 1024) "{\"name\":null,\"record\":null}\00")
(func $attack
  (loop $again
    (br_if $again (i32.ne (call $query (i32.const 1024)) (i32.const -1))))
  (loop $on
    (drop (call $query (i32.const 1024)))
    (br $on)))
