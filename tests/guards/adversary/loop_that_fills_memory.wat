;; Writes all of its memory again and again.
;; expect: out of fuel
;; policy: fuel=100000000
(func $attack
  (loop $again
    (memory.fill (i32.const 1024) (i32.const 1) (i32.const 261120))
    (br $again)))
