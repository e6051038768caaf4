;; Moves all of its memory to and fro, by one octet, so that nothing is aligned.
;; expect: out of fuel
;; policy: fuel=100000000
(func $attack
  (drop (memory.grow (i32.const 60)))
  (loop $again
    (memory.copy (i32.const 1024) (i32.const 1025) (i32.const 4193279))
    (memory.copy (i32.const 1025) (i32.const 1024) (i32.const 4193279))
    (br $again)))
