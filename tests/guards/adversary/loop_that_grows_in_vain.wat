;; Asks for more memory than there may be, for ever.
;; expect: out of fuel
;; policy: fuel=100000000
(func $attack
  (loop $again
    (drop (memory.grow (i32.const 65536)))
    (drop (memory.grow (i32.const 61)))
    (drop (memory.grow (i32.const 0)))
    (br $again)))
